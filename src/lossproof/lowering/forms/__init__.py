"""Forms of a formula that neither overflow nor cancel, and which of them is computed."""
