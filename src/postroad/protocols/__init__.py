"""The protocols of mail, each a sans-IO core with both sides; none knows another."""
