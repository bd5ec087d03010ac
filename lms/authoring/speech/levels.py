"""Sound as numbers: sample rate, loudness and peaks.

Every function takes and returns mono float32 samples with full scale at 1.0. NumPy is imported
where it is used, since web processes import this package and must not load it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lms.authoring.speech.provider import Samples

TARGET_LUFS = -19.0
"""Loudness of mono narration: as loud on one speaker as stereo speech at -16 LUFS."""

CEILING = 10 ** (-1 / 20)
"""Highest peak (-1 dBFS), which leaves the encoder room for overshoot."""

_MAX_GAIN = 10 ** (30 / 20)
_BLOCK_SECONDS = 0.4
_STEP_SECONDS = 0.1
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0
_OFFSET = -0.691

# K-weighting filters of ITU-R BS.1770-4 (tables 1 and 2), coefficients for 48 kHz.
_K_RATE = 48_000
_K_FILTERS = (
    (
        (1.53512485958697, -2.69169618940638, 1.19839281085285),
        (1.0, -1.69065929318241, 0.73248077421585),
    ),
    ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621)),
)


def resample(samples: Samples, rate: int, target: int) -> Samples:
    """Return the sound at another sample rate, exactly ``len * target / rate`` samples long.

    Works on blocks of whole seconds with overlapping ends, so that memory does not grow with the
    length and lengths stay whole numbers. The cut at half the lower rate is a brick wall.
    """
    import numpy as np  # noqa: PLC0415

    if rate == target or not len(samples):
        return samples
    length = round(len(samples) * target / rate)
    # A sentence is shorter than a block, and a transform's time grows with its length.
    seconds, overlap = min(10, -(-len(samples) // rate)), 1
    pieces = []
    for start in range(0, len(samples), seconds * rate):
        first = start - overlap * rate
        block = samples[max(first, 0) : start + (seconds + overlap) * rate]
        block = np.pad(block, (max(-first, 0), 0))
        block = np.pad(block, (0, (seconds + 2 * overlap) * rate - len(block)))
        count = (seconds + 2 * overlap) * target
        spectrum = np.fft.rfft(block)[: count // 2 + 1]
        spectrum = np.pad(spectrum, (0, count // 2 + 1 - len(spectrum)))
        converted = np.fft.irfft(spectrum, count) * (target / rate)
        pieces.append(converted[overlap * target : (overlap + seconds) * target])
    converted_whole: Samples = np.concatenate(pieces)[:length].astype(np.float32)
    return converted_whole


def loudness(samples: Samples, rate: int) -> float:
    """Return the integrated loudness in LUFS (ITU-R BS.1770-4, mono); -inf for silence."""
    import numpy as np  # noqa: PLC0415

    block, step = round(_BLOCK_SECONDS * rate), round(_STEP_SECONDS * rate)
    padded = np.pad(samples, (0, max(block - len(samples), 0)))
    size = 1 << (len(padded) + rate // 10 - 1).bit_length()
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(size, 1 / rate) / _K_RATE)
    response = np.ones_like(z)
    for above, below in _K_FILTERS:
        response *= np.polyval(above[::-1], z) / np.polyval(below[::-1], z)
    weighted = np.fft.irfft(np.fft.rfft(padded, size) * response, size)[: len(padded)]
    energy = np.concatenate(([0.0], np.cumsum(weighted**2)))
    starts = np.arange(0, len(padded) - block + 1, step)
    power = (energy[starts + block] - energy[starts]) / block
    with np.errstate(divide="ignore"):
        levels = _OFFSET + 10 * np.log10(np.maximum(power, 0.0))
    power = power[levels > _ABSOLUTE_GATE]
    if not len(power):
        return -math.inf
    gate = _OFFSET + 10 * math.log10(float(power.mean())) + _RELATIVE_GATE
    loud = power[_OFFSET + 10 * np.log10(power) > gate]
    return _OFFSET + 10 * math.log10(float(loud.mean()))


def level(samples: Samples, rate: int) -> Samples:
    """Return the sound at ``TARGET_LUFS`` with no peak above ``CEILING``."""
    measured = loudness(samples, rate)
    if measured == -math.inf:
        return samples
    gain = min(10 ** ((TARGET_LUFS - measured) / 20), _MAX_GAIN)
    return limit(samples * gain, rate)


def limit(samples: Samples, rate: int) -> Samples:
    """Return the sound with its peaks turned down smoothly to ``CEILING``.

    The gain is found for every millisecond, lowest of the 6 ms around, then averaged over 4 ms
    around; so it falls before a peak and never lies above what that peak allows.
    """
    import numpy as np  # noqa: PLC0415

    if not len(samples) or float(np.abs(samples).max()) <= CEILING:
        return samples
    step = rate // 1000
    reach, smooth = 6, 4
    count = -(-len(samples) // step)
    peaks = np.abs(np.pad(samples, (0, count * step - len(samples)))).reshape(count, step)
    needed = np.minimum(1.0, CEILING / np.maximum(peaks.max(axis=1), 1e-9))
    windows = np.lib.stride_tricks.sliding_window_view
    lowest = windows(np.pad(needed, reach, mode="edge"), 2 * reach + 1).min(axis=1)
    gains = windows(np.pad(lowest, smooth, mode="edge"), 2 * smooth + 1).mean(axis=1)
    centres = (np.arange(count) + 0.5) * step
    curve = np.interp(np.arange(len(samples)), centres, gains)
    limited: Samples = np.clip(samples * curve, -CEILING, CEILING).astype(np.float32)
    return limited
