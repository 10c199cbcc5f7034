"""Short names of the sections of GB/T 4754, the national classification of industries."""

INDUSTRIES = {
    "A": "Farming", "B": "Mining", "C": "Manufacturing", "D": "Power and water",
    "E": "Construction", "F": "Trade", "G": "Transport and post", "H": "Hotels and catering",
    "I": "Information", "J": "Finance", "K": "Real estate", "L": "Business services",
    "M": "Research", "N": "Environment", "O": "Repair and homes", "P": "Education",
    "Q": "Health", "R": "Culture and sports", "S": "Public offices",
}  # fmt: skip
"""T, international organisations, has a handful of people and is left out."""
