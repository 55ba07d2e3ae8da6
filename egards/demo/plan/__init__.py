"""What happens in the town, decided before anybody speaks: pure, without Django, the same for the same seed."""
