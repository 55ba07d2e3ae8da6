"""Pure rules of contact: facts in, verdict out. Neither Django nor the database; the numbers come from dated rules."""
