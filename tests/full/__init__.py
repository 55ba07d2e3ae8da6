"""Suites with whole figures: minutes long, run one by one (`make test-import`), each writing its page in docs/."""
