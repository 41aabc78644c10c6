"""How instants and dates are written where Django writes them: by the 24-hour clock."""
