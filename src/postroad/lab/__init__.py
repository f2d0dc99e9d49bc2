"""A whole miniature Internet on loopback: demonstration, teaching tool, end-to-end test bed."""
