"""`make town`: the town lives its months against a running house, then its screens are held against the truth.

``living`` speaks as the world does, ``seeing`` reads pages, ``truth`` counts from the plan alone, ``scoring`` compares,
``writing`` tells. What happens in the house itself (``settle``, ``stagehand``) runs in processes of its own.
"""
