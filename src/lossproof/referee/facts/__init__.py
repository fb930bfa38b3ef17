"""What is known of each quantity while a claim is judged: facts, and the bounds and signs that follow from them."""
