package dev.reprise.testkit.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is going to happen in a run, apart from the order of threads: who asks for what, and what goes wrong. A plan can be
 * made smaller, which is how the few faults are found that matter.
 *
 * @param seed what the order of threads follows from, and what the plan was drawn from
 * @param settings under which rules
 * @param steps what operations do, where they are carried through in steps
 * @param requests who asks
 * @param disturbances what happens from outside
 * @param faults what happens to calls of the store, by their number
 */
record RunPlan(
        long seed,
        RunRules settings,
        PlannedSteps steps,
        List<SimulatedCaller> requests,
        List<Disturbance> disturbances,
        SortedMap<Integer, CallFault> faults) {
    RunPlan {
        requests = List.copyOf(requests);
        disturbances = disturbances.stream()
                .sorted(Comparator.comparing(Disturbance::at))
                .toList();
        faults = new TreeMap<>(faults);
    }

    /** Plans with one thing less. */
    List<RunPlan> smaller() {
        List<RunPlan> smaller = new ArrayList<>();
        for (Integer number : faults.keySet()) {
            SortedMap<Integer, CallFault> fewer = new TreeMap<>(faults);
            fewer.remove(number);
            smaller.add(new RunPlan(seed, settings, steps, requests, disturbances, fewer));
        }
        for (int i = 0; i < disturbances.size(); i++) {
            smaller.add(new RunPlan(seed, settings, steps, requests, without(disturbances, i), faults));
        }
        for (PlannedSteps fewer : steps.smaller()) {
            smaller.add(new RunPlan(seed, settings, fewer, requests, disturbances, faults));
        }
        for (int i = 0; i < requests.size(); i++) {
            smaller.add(new RunPlan(seed, settings, steps, without(requests, i), disturbances, faults));
        }
        return smaller;
    }

    private static <T> List<T> without(List<T> list, int index) {
        List<T> fewer = new ArrayList<>(list);
        fewer.remove(index);
        return fewer;
    }

    /** How many things go wrong. */
    int size() {
        return faults.size() + disturbances.size() + steps.troubles();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(settings.toString());
        lines.addAll(steps.lines());
        requests.forEach(request -> lines.add(request.toString()));
        disturbances.forEach(one -> lines.add("at " + one.at().toMillis() + " ms " + one));
        faults.forEach((number, fault) -> lines.add("call " + number + " " + fault));
        return lines;
    }
}
