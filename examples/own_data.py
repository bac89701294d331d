"""A planner's own data: named machines, due dates, a maintenance window, a choice of mills."""

from schedsolve import JobShopBuilder, solve, violations

shop = JobShopBuilder("Tuesday")
shop.job("gearbox", due=14, weight=3).operation("saw", 3).operation({"mill 1": 5, "mill 2": 7}).operation("paint", 2)
shop.job("flange", due=12).operation("saw", 2).operation({"mill 1": 4, "mill 2": 4}).operation("paint", 1)
shop.job("shaft", release=2, due=20).operation({"mill 1": 6, "mill 2": 8}).operation("saw", 2)
shop.downtime("mill 1", 6, 9)
problem = shop.build(objective="total_weighted_tardiness,makespan", pause=True)

result = solve(problem, time_limit=10)
print(result)
for o in range(problem.num_operations):
    print(f"{problem.operation_name(o):14} starts at {result.solution.start[o]}")
assert violations(problem, result) == []
