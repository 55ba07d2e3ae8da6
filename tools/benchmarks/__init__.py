"""What `make bench` is made of: the corpus, the floors, the product, the peer, the pages, and the page it writes."""
