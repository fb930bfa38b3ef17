"""Chapters as they are run: the experiments of the book."""

from lossproof.chapters.experiments import Training, book_run, train

__all__ = ["Training", "book_run", "train"]
