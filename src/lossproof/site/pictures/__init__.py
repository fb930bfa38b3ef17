"""Pictures drawn by claims: their curves are the formulas of the chapter, printed as JavaScript from its own trees.

javascript   a tree as a JavaScript expression
sketch       what a picture is made of; its HTML with a drawing made at build
curves       pictures of one quantity: tangent, parabola, optimum, floats, stable, shares, valley
surfaces     pictures over two weights: the loss of the irises with the path of updates
"""
