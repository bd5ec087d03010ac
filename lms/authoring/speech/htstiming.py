"""Exact phoneme lengths from the HTS engine, without synthesis.

The extension inside pyopenjtalk exports the C functions of hts_engine API 1.10 (Modified BSD,
http://hts-engine.sourceforge.net/), but its Python side gives no durations. They are called here
through ctypes. The lengths add up to the length of the synthesised sound to the sample.
"""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# sizeof(HTS_Engine) is under 1 KB; the C library does not tell it, so there is room to spare.
_ENGINE_BYTES = 16_384


class HtsTiming:
    """The duration model of one voice. Belongs to one thread at a time."""

    def __init__(self, library: Path, voice_file: Path) -> None:
        """Load a voice.

        Args:
            library: the compiled ``htsengine`` extension.
            voice_file: a ``.htsvoice`` file.

        Raises:
            RuntimeError: the voice cannot be loaded.
        """
        self._library = _declared(ctypes.CDLL(os.fspath(library)))
        self._engine = ctypes.create_string_buffer(_ENGINE_BYTES)
        self._library.HTS_Engine_initialize(self._engine)
        voices = (ctypes.c_char_p * 1)(os.fsencode(voice_file))
        if not self._library.HTS_Engine_load(self._engine, voices, 1):
            raise RuntimeError(f"the voice {voice_file} cannot be loaded")
        self._states: int = self._library.HTS_Engine_get_nstate(self._engine)
        self.frame_samples: int = self._library.HTS_Engine_get_fperiod(self._engine)
        self.sample_rate: int = self._library.HTS_Engine_get_sampling_frequency(self._engine)

    def __del__(self) -> None:
        if hasattr(self, "frame_samples"):
            self._library.HTS_Engine_clear(self._engine)

    def samples_of(self, labels: Sequence[str], rate: float = 1.0) -> list[int]:
        """Return how many samples each label lasts.

        Args:
            labels: HTS full-context labels of one sentence, silence at both ends included.
            rate: speed, 1.0 being the voice's own.

        Raises:
            RuntimeError: the engine does not accept the labels.
        """
        lines = (ctypes.c_char_p * len(labels))(*(label.encode() for label in labels))
        self._library.HTS_Engine_set_speed(self._engine, rate)
        try:
            if not self._library.HTS_Engine_generate_state_sequence_from_strings(
                self._engine, lines, len(labels)
            ):
                raise RuntimeError("the engine does not accept these labels")
            return [
                self.frame_samples
                * sum(
                    self._library.HTS_Engine_get_state_duration(self._engine, state)
                    for state in range(index * self._states, (index + 1) * self._states)
                )
                for index in range(len(labels))
            ]
        finally:
            self._library.HTS_Engine_refresh(self._engine)


def _declared(library: ctypes.CDLL) -> ctypes.CDLL:
    """Declare the functions used: without it ctypes would cut 64-bit values to 32."""
    engine, size, flag = ctypes.c_char_p, ctypes.c_size_t, ctypes.c_bool
    strings = ctypes.POINTER(ctypes.c_char_p)
    signatures: dict[str, tuple[object, list[object]]] = {
        "initialize": (None, [engine]),
        "load": (flag, [engine, strings, size]),
        "clear": (None, [engine]),
        "refresh": (None, [engine]),
        "set_speed": (None, [engine, ctypes.c_double]),
        "get_nstate": (size, [engine]),
        "get_fperiod": (size, [engine]),
        "get_sampling_frequency": (size, [engine]),
        "get_state_duration": (size, [engine, size]),
        "generate_state_sequence_from_strings": (flag, [engine, strings, size]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, f"HTS_Engine_{name}")
        function.restype = result
        function.argtypes = arguments
    return library
