"""One module, one command: ``handle(args) -> exit code``. Django is ready when they are imported."""
