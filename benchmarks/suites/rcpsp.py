"""Suites of projects: public instances that are not bundled."""

PSPLIB = ("j30", "j60", "j90", "j120")
OTHER_SETS = ("patterson", "rg300", "cv", "sd")
MULTI_MODE = ("j10", "j20", "j30", "mmlib50", "mmlib100")
MAX_LAGS = ("j10", "j20", "j30", "ubo10", "ubo20", "ubo50", "ubo100", "ubo200")
RESERVOIRS = ("bl", "ksd15_d", "ksd30", "pack", "pack_d")

SUITES: dict[str, tuple[str, ...]] = {}
"""Suite to the sets, instances and ranges of bundled instances that it is made of."""

PUBLIC: dict[str, tuple[str, ...]] = {
    **{f"rcpsp-{name}": (f"rcpsp/{name}/*",) for name in (*PSPLIB, *OTHER_SETS)},
    **{f"rcpsp-rg30-{k}": (f"rcpsp/rg30/set{k}/*",) for k in range(1, 6)},
    **{f"rcpsp-mm-{name}": (f"rcpsp/mm_{name}/*",) for name in MULTI_MODE},
    **{f"rcpsp-max-{name}": (f"rcpsp/max_{name}/*",) for name in MAX_LAGS},
    **{f"rcpsp-cpr-{name.replace('_', '-')}": (f"rcpsp/cpr_{name}/*",) for name in RESERVOIRS},
    "rcpsp-imopse": ("rcpsp/ms_imopse_d36/*",),
    "rcpsp-proofs": ("rcpsp/j30/*_1.sm", "rcpsp/j60/*_1.sm", "rcpsp/j120/*_1.sm"),
    "rcpsp-sample": tuple(f"rcpsp/j120/j120{k}_1.sm" for k in range(1, 60, 5)),
}
"""Suite to patterns of files below the folder of public instances."""
