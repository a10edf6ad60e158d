"""Reviews of the demonstration: a pool of experts, and reviews at every step between waiting and the store."""
