"""Mail against real servers on loopback (Dovecot, Postfix), started here: `make test-mail`."""
