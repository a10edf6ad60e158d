"""What is read of the evidence: proofs, and verification of all of it."""
