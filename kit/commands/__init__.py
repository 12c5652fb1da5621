"""What a person types beside a judge: hint, reset, compare, and what command lines share."""
