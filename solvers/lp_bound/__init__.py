"""Linear relaxations as engines that only raise the bound, one module per family."""
