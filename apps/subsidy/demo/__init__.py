"""The demonstration of subsidies: registers, rosters in every state, one of them paid with failures at the bank."""
