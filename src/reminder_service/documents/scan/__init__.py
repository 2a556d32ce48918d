"""Scans and photos: picture → upright page → ruled grid → text; seals and form codes beside it.

Only the child process imports these modules: they bring OpenCV and ONNX Runtime.
"""
