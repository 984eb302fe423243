"""The weights of the network that ranks a writer's words: 12 cells.

They were fitted to the keys that three suggestions save on texts of 15 writers and kinds, and on
everyday text that none of them wrote.
"""

import numpy as np
from numpy.typing import NDArray


def _rows(*rows: list[float]) -> NDArray[np.float32]:
    return np.array(rows, np.float32)


# A row for each thing that is known of a word: ln P as the models have it, its tilt, its share of
# all that was written, its uses, and the words since the last of them.
WORD = _rows(
    [-0.606, -0.350, -0.245, -0.641, -0.039, -0.256, -0.399, -0.672, -0.111, 0.131, -0.577, -0.093],
    [-0.261, 0.785, 0.019, 0.381, -0.259, -0.401, 0.060, 0.090, 0.524, 0.089, -0.319, 0.315],
    [0.317, 0.178, -0.696, -0.329, 0.025, -0.186, -0.308, -0.240, 0.647, -0.042, 0.029, -0.236],
    [-0.236, -0.422, -0.475, -0.081, -0.145, -0.329, 0.173, -0.525, -0.515, 0.043, -0.218, 0.174],
    [-0.216, -0.519, 0.086, -0.290, 0.147, -0.111, -0.314, 0.209, -0.505, -0.148, -0.011, 0.644],
)

# For its share behind one, two and three words that agree.
HABITS = _rows(
    [0.053, 0.112, -0.051, -0.169, -0.032, 0.060, 0.184, -0.342, 0.613, -0.309, 0.579, -0.252],
    [-0.274, 0.249, 0.059, -0.252, 0.223, 0.147, 0.391, 0.339, 0.108, 0.266, 0.003, -0.167],
    [0.378, -0.187, -0.934, -0.234, 0.007, -0.340, -0.108, -0.259, 0.060, -0.012, 0.402, 0.035],
)

# For what is known of the place: the sentence so far, the models' most probable word, and the uses
# behind one, two and three words.
PLACE = _rows(
    [0.218, 0.186, 0.240, -0.279, 0.474, -0.169, -0.438, 0.252, 0.437, 0.151, -0.185, 0.040],
    [-0.679, -0.134, -0.421, -0.345, 0.275, -0.180, 0.425, 0.301, 0.070, 0.086, 0.149, -0.117],
    [0.859, -0.182, 0.008, 0.436, -0.596, 0.546, 0.043, -0.033, 0.148, -0.540, 0.152, 0.401],
    [-0.055, -0.470, 0.186, -0.265, -0.446, -0.598, 0.179, 0.249, -0.044, -0.215, -0.160, -0.197],
    [0.137, -0.059, -0.243, -0.114, 0.217, -0.155, 0.509, 0.199, 0.006, 0.446, 0.363, -0.556],
)

BIAS, OUT = _rows(
    [0.149, 0.050, -0.024, -0.024, 0.044, 0.078, -0.150, -0.116, 0.036, -0.019, -0.067, 0.021],
    [0.325, 0.578, 0.180, -0.329, 0.169, 0.238, -0.409, -0.400, 0.603, -0.073, -0.442, 0.248],
)

OFFSET = 0.292
