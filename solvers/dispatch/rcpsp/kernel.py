"""Schedule generation schemes: serial and parallel, with lags, calendars, reservoirs and several modes.

Resources are kept as a linked list of the times at which something changes, so that the length of the horizon does not
matter. Both schemes: R. Kolisch, European Journal of Operational Research 90 (1996) 320-333. The serial one makes
active schedules, the parallel one non-delay schedules. Runs in plain Python on lists and compiled on arrays.
"""

from __future__ import annotations

from schedsolve.solvers.dispatch.rcpsp.layout import (
    ARC_WIDTH,
    BOUND_WIDTH,
    DURATION,
    END,
    END_BREAK,
    END_IN,
    END_MODE,
    END_NEED,
    END_NODE,
    END_OUT,
    END_STOCK,
    FIRST_BREAK,
    FIRST_IN,
    FIRST_MODE,
    FIRST_NEED,
    FIRST_NODE,
    FIRST_OUT,
    FIRST_STOCK,
    LAG,
    LEAST_END,
    LEAST_START,
    LEVELS,
    MODE,
    MODE_WIDTH,
    NEVER,
    NEXT,
    OTHER,
    OTHER_END,
    OWN_END,
    PAUSE,
    PLACED_WIDTH,
    START,
    START_NODE,
    TASK_WIDTH,
    TIME,
    USED,
    WIDTH,
    Vector,
)
from schedsolve.solvers.kernel import kernel


@kernel
def copy(source: Vector, target: Vector) -> None:
    """``source`` becomes the beginning of ``target``; numba takes a second to compile a copy in one piece."""
    for k in range(len(source)):
        target[k] = source[k]


@kernel
def locate(profile: Vector, node: int, time: int) -> int:
    """The node whose span holds ``time``, looked for from ``node`` on."""
    after = profile[node + NEXT]
    while after != 0 and profile[after + TIME] <= time:
        node = after
        after = profile[node + NEXT]
    return node


@kernel
def split(profile: Vector, node: int, time: int) -> int:
    """The node that begins at ``time``, made where there is none; ``node`` holds that time."""
    if profile[node + TIME] == time:
        return node
    new, width = profile[USED], profile[WIDTH]
    profile[USED] = new + width
    profile[new + TIME] = time
    profile[new + NEXT] = profile[node + NEXT]
    profile[node + NEXT] = new
    for c in range(LEVELS, width):
        profile[new + c] = profile[node + c]
    return new  # type: ignore[no-any-return]


@kernel
def clear(lists: Vector, first: int, end: int, pause: int, start: int, duration: int) -> tuple[int, int]:
    """Earliest start from ``start`` on, and end, as the breaks ``lists[first:end]`` allow."""
    if first == end or duration == 0:
        return start, start + duration
    low, high = 0, (end - first) // 2  # the first break that ends after start
    while low < high:
        middle = (low + high) // 2
        if lists[first + 2 * middle + 1] > start:
            high = middle
        else:
            low = middle + 1
    k = first + 2 * low
    if pause:
        if k < end and lists[k] <= start:
            start = lists[k + 1]
            k += 2
        finish = start + duration
        while k < end and lists[k] < finish:
            finish += lists[k + 1] - lists[k]
            k += 2
        return start, finish
    while k < end and lists[k] < start + duration:
        start = lists[k + 1]
        k += 2
    return start, start + duration


@kernel
def retry_for_stocks(lists: Vector, profile: Vector, first: int, last: int, node: int, start: int, finish: int) -> int:
    """Do all levels stay within bounds with [start, finish) in place? -1, or a later start to try (NEVER: none)."""
    while node != 0:
        after = profile[node + NEXT]
        until = profile[after + TIME] if after != 0 else NEVER
        before_end = max(profile[node + TIME], start) < finish
        for k in range(first, last, 4):
            level = profile[node + lists[k]] - lists[k + 1]
            if (before_end and level < 0) or (until > finish and level + lists[k + 2] < 0):
                return until
            if until > finish and level + lists[k + 2] > lists[k + 3]:
                return start + (until - finish) if until < NEVER else NEVER
        node = after
    return -1


@kernel
def fit(
    modes: Vector, lists: Vector, profile: Vector, mode: int, start: int, least_end: int, node: int
) -> tuple[int, int, int]:
    """Earliest start from ``start`` on, end, and the node of the start; NEVER where there is none.

    ``node`` begins no later than ``start``.
    """
    row = mode * MODE_WIDTH
    duration = modes[row + DURATION]
    first_need, end_need = modes[row + FIRST_NEED], modes[row + END_NEED]
    first_stock, end_stock = modes[row + FIRST_STOCK], modes[row + END_STOCK]
    while start < NEVER:
        start, end = clear(lists, modes[row + FIRST_BREAK], modes[row + END_BREAK], modes[row + PAUSE], start, duration)
        if end < least_end:
            start += least_end - end
            continue
        # Are there enough units from the start to the end?
        node = locate(profile, node, start)
        q, blocked = node, False
        while not blocked and q != 0 and profile[q + TIME] < end:
            for k in range(first_need, end_need, 2):
                if profile[q + lists[k]] < lists[k + 1]:
                    blocked = True
                    break
            q = profile[q + NEXT]
        if blocked:  # begin anew behind the node that has too few
            if q == 0:
                break
            start, node = profile[q + TIME], q
            continue
        if first_stock < end_stock:
            later = retry_for_stocks(lists, profile, first_stock, end_stock, node, start, end)
            if later >= 0:
                start = later
                continue
        return start, end, node
    return NEVER, NEVER, node


@kernel
def place(
    modes: Vector,
    lists: Vector,
    profile: Vector,
    placed: Vector,
    task: int,
    mode: int,
    start: int,
    end: int,
    node: int,
) -> None:
    """Put a task where ``fit`` found room."""
    row = mode * MODE_WIDTH
    first, last = modes[row + FIRST_NEED], modes[row + END_NEED]
    first_stock, last_stock = modes[row + FIRST_STOCK], modes[row + END_STOCK]
    behind = node
    # Its units are taken from the nodes of [start, end), which are made where there are none.
    if start < end or first_stock < last_stock:
        node = split(profile, node, start)
        behind = split(profile, locate(profile, node, end), end)
        q = node
        while q != behind:
            for k in range(first, last, 2):
                profile[q + lists[k]] -= lists[k + 1]
            q = profile[q + NEXT]
    # A reservoir changes from the start on, and once more from the end on.
    if first_stock < last_stock:
        q = node
        while q != 0:
            ended = profile[q + TIME] >= end
            for k in range(first_stock, last_stock, 4):
                profile[q + lists[k]] += (lists[k + 2] if ended else 0) - lists[k + 1]
            q = profile[q + NEXT]
    row = task * PLACED_WIDTH
    placed[row + START], placed[row + END], placed[row + MODE] = start, end, mode
    placed[row + START_NODE], placed[row + END_NODE] = node, behind


@kernel
def ready(tasks: Vector, arcs: Vector, bounds: Vector, placed: Vector, task: int) -> tuple[int, int, int]:
    """Earliest start and earliest end of a task after those that are placed, and a node to look from."""
    row = task * BOUND_WIDTH
    start, least_end, node = bounds[row + LEAST_START], bounds[row + LEAST_END], FIRST_NODE
    row = task * TASK_WIDTH
    for k in range(tasks[row + FIRST_IN] * ARC_WIDTH, tasks[row + END_IN] * ARC_WIDTH, ARC_WIDTH):
        other = arcs[k + OTHER] * PLACED_WIDTH
        if placed[other + START] < NEVER:
            time = placed[other + arcs[k + OTHER_END]] + arcs[k + LAG]
            if arcs[k + OWN_END] == END:
                least_end = max(least_end, time)
            elif time > start:
                start = time
                node = placed[other + START_NODE + arcs[k + OTHER_END]] if arcs[k + LAG] >= 0 else FIRST_NODE
    return start, least_end, node


@kernel
def affordable(uses: Vector, spare: Vector, old: int, new: int) -> bool:
    """May a task change from mode ``old`` to ``new`` with what is spare (where negative: lacking) of the non-renewable
    resources?"""
    count, enough = len(spare), True
    for k in range(count):
        enough = enough and uses[new * count + k] - uses[old * count + k] <= max(0, spare[k])
    return enough


@kernel
def exchange(uses: Vector, spare: Vector, old: int, new: int) -> None:
    """Account for the change of a mode."""
    count = len(spare)
    for k in range(count):
        spare[k] -= uses[new * count + k] - uses[old * count + k]


@kernel
def serial(
    tasks: Vector,
    modes: Vector,
    arcs: Vector,
    lists: Vector,
    bounds: Vector,
    base: Vector,
    uses: Vector,
    order: Vector,
    mode: Vector,
    spare: Vector,
    choose: bool,
    onward: bool,
    placed: Vector,
    profile: Vector,
) -> bool:
    """Each task of ``order`` in turn as early as what is placed already allows; False: one found no room.

    ``choose``: each in the mode in which it ends first, as ``spare`` allows; ``mode`` tells the modes for the others.
    ``onward``: none starts before the one placed before it, which makes each step short in large projects.
    """
    copy(base, profile)
    for i in range(len(mode)):
        placed[i * PLACED_WIDTH + START] = NEVER
    begun, begun_node = -NEVER, FIRST_NODE
    for i in order:
        m = mode[i]
        if m < 0:  # left out, or fixed and in the base
            continue
        # After those before it, then where there are units.
        start, least_end, node = ready(tasks, arcs, bounds, placed, i)
        if onward and start < begun:
            start, node = begun, begun_node
        begin, end, at = fit(modes, lists, profile, m, start, least_end, node)
        # A mode in which it ends earlier.
        if choose and tasks[i * TASK_WIDTH + END_MODE] - tasks[i * TASK_WIDTH + FIRST_MODE] > 1:
            for other in range(tasks[i * TASK_WIDTH + FIRST_MODE], tasks[i * TASK_WIDTH + END_MODE]):
                if other != mode[i] and affordable(uses, spare, mode[i], other):
                    other_begin, other_end, other_at = fit(modes, lists, profile, other, start, least_end, node)
                    if other_end < end:
                        begin, end, at, m = other_begin, other_end, other_at, other
            if m != mode[i]:
                exchange(uses, spare, mode[i], m)
                mode[i] = m
        if begin >= NEVER:
            return False
        place(modes, lists, profile, placed, i, m, begin, end, at)
        begun, begun_node = begin, placed[i * PLACED_WIDTH + START_NODE]
    return True


@kernel
def parallel(
    tasks: Vector,
    modes: Vector,
    arcs: Vector,
    lists: Vector,
    bounds: Vector,
    base: Vector,
    key: Vector,
    mode: Vector,
    worst_case: bool,
    eligible: Vector,
    waiting: Vector,
    when: Vector,
    placed: Vector,
    profile: Vector,
) -> bool:
    """From time to time, at each all tasks that fit, those with the smallest ``key`` first; False: one had no room.

    ``eligible``, ``waiting`` and ``when`` are working space of n entries: the tasks that wait for no other one, sorted
    by key, how many each task waits for, and a time before which it cannot start. ``worst_case``: keys are latest
    starts, the task with the least slack in the worst case goes first (``worst_case_slack``).
    """
    copy(base, profile)
    count = first_eligible(tasks, arcs, bounds, key, mode, eligible, waiting, when, placed)
    node = FIRST_NODE
    while count > 0:
        # Go on to the first time at which one of them may start.
        now = NEVER
        for k in range(count):
            now = min(now, when[eligible[k]])
        if now >= NEVER:
            return False
        node = locate(profile, node, now)
        k = 0
        while k < count:
            # The first by key that fits; the others are told when to come back.
            i = eligible[k]
            if when[i] > now:
                k += 1
                continue
            if blocked(modes, lists, profile, mode[i], node):
                after = profile[node + NEXT]
                when[i] = profile[after + TIME] if after != 0 else NEVER
                k += 1
                continue
            least_end = ready(tasks, arcs, bounds, placed, i)[1]
            begin, end, at = fit(modes, lists, profile, mode[i], now, least_end, node)
            if begin > now:
                when[i] = begin
                k += 1
                continue
            if worst_case:
                k = worst_case_slack(modes, lists, profile, key, mode, eligible, count, when, now, node)
                i = eligible[k]
                least_end = ready(tasks, arcs, bounds, placed, i)[1]
                begin, end, at = fit(modes, lists, profile, mode[i], now, least_end, node)
                if begin > now:
                    when[i], k = begin, 0
                    continue
            # It starts now, and is eligible no more.
            place(modes, lists, profile, placed, i, mode[i], begin, end, at)
            node = placed[i * PLACED_WIDTH + START_NODE]
            count -= 1
            for h in range(k, count):
                eligible[h] = eligible[h + 1]
            k = 0 if worst_case else k
            # Those that waited for it alone become eligible; k goes back to the first of them.
            for h in range(tasks[i * TASK_WIDTH + FIRST_OUT], tasks[i * TASK_WIDTH + END_OUT]):
                j = arcs[h * ARC_WIDTH + OTHER]
                waiting[j] -= 1
                if mode[j] >= 0 and waiting[j] == 0:
                    when[j] = max(now, ready(tasks, arcs, bounds, placed, j)[0])
                    k = min(k, enter(eligible, count, key, j))
                    count += 1
            if modes[mode[i] * MODE_WIDTH + FIRST_STOCK] < modes[mode[i] * MODE_WIDTH + END_STOCK]:
                for h in range(count):  # what was delivered may be waited for
                    when[eligible[h]] = max(now, ready(tasks, arcs, bounds, placed, eligible[h])[0])
                k = 0
    return True


@kernel
def first_eligible(
    tasks: Vector,
    arcs: Vector,
    bounds: Vector,
    key: Vector,
    mode: Vector,
    eligible: Vector,
    waiting: Vector,
    when: Vector,
    placed: Vector,
) -> int:
    """Nothing is placed: how many tasks each one waits for, and those that wait for none; returns their number."""
    count = 0
    for i in range(len(mode)):
        placed[i * PLACED_WIDTH + START] = NEVER
        waiting[i] = 0
        for k in range(tasks[i * TASK_WIDTH + FIRST_IN], tasks[i * TASK_WIDTH + END_IN]):
            waiting[i] += mode[arcs[k * ARC_WIDTH + OTHER]] >= 0
    for i in range(len(mode)):
        if mode[i] >= 0 and waiting[i] == 0:
            when[i] = ready(tasks, arcs, bounds, placed, i)[0]
            enter(eligible, count, key, i)
            count += 1
    return count


@kernel
def enter(eligible: Vector, count: int, key: Vector, task: int) -> int:
    """Insert a task among ``count`` others sorted by key, then by index; returns where."""
    k = count
    while k > 0:
        other = eligible[k - 1]
        if key[other] < key[task] or (key[other] == key[task] and other < task):
            break
        eligible[k] = other
        k -= 1
    eligible[k] = task
    return k


@kernel
def blocked(modes: Vector, lists: Vector, profile: Vector, mode: int, node: int) -> bool:
    """Are there too few units in ``node``?"""
    row = mode * MODE_WIDTH
    for k in range(modes[row + FIRST_NEED], modes[row + END_NEED], 2):
        if profile[node + lists[k]] < lists[k + 1]:
            return True
    return False


@kernel
def worst_case_slack(
    modes: Vector,
    lists: Vector,
    profile: Vector,
    latest_start: Vector,
    mode: Vector,
    eligible: Vector,
    count: int,
    when: Vector,
    now: int,
    node: int,
) -> int:
    """Index in ``eligible`` of the task, among those that could start now, with the least latest start minus earliest
    start behind another of them (Kolisch 1996)."""
    best, least = -1, 0
    for k in range(count):
        j = eligible[k]
        if when[j] > now:
            continue
        begin = fit(modes, lists, profile, mode[j], now, -NEVER, node)[0]
        if begin > now:
            when[j] = begin
            continue
        latest = now
        for h in range(count):
            i = eligible[h]
            if i != j and when[i] <= now:
                latest = max(latest, start_beside(modes, lists, profile, mode[j], mode[i], now, node))
        slack = latest_start[j] - latest
        if best < 0 or slack < least or (slack == least and j < eligible[best]):
            best, least = k, slack
    return best


@kernel
def start_beside(modes: Vector, lists: Vector, profile: Vector, mode: int, first: int, now: int, node: int) -> int:
    """Earliest start of a mode if ``first`` starts now: beside it, or when it has ended.

    Nothing starts later yet in the parallel scheme, so that units once free stay so.
    """
    row, other = mode * MODE_WIDTH, first * MODE_WIDTH
    end = now + modes[other + DURATION]
    q = node
    while q != 0 and profile[q + TIME] < end:
        together = True
        for k in range(modes[row + FIRST_NEED], modes[row + END_NEED], 2):
            units = lists[k + 1]
            for h in range(modes[other + FIRST_NEED], modes[other + END_NEED], 2):
                if lists[h] == lists[k]:
                    units += lists[h + 1]
            if profile[q + lists[k]] < units:
                together = False
                break
        if together:
            return max(now, profile[q + TIME])  # type: ignore[no-any-return]
        q = profile[q + NEXT]
    return end  # type: ignore[no-any-return]
