package io.gatehouse.plugin.kubernetes.review;

import io.gatehouse.plugin.kubernetes.review.RememberedReviews.Lifetimes;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.ConfigurationProblem;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings that both reviews have, with other names and defaults.
 *
 * @param granted how long a grant is remembered
 * @param refused how long a refusal is
 * @param stale how long a grant may stand in
 * @param size how many answers are remembered
 * @param perSecond how many calls a cluster gets
 * @param burst how many of them at once
 */
record ReviewSettings(
        Setting<Duration> granted,
        Setting<Duration> refused,
        Setting<Duration> stale,
        Setting<Integer> size,
        Setting<Integer> perSecond,
        Setting<Integer> burst) {

    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Duration LONGEST_REFUSAL = Duration.ofMinutes(10);
    private static final Duration LONGEST_STALE = Duration.ofHours(24);

    List<Setting<?>> list() {
        return List.of(granted, refused, stale, size, perSecond, burst);
    }

    /** @throws ConfigurationException with every value that can not be used */
    Lifetimes lifetimes(Settings settings) {
        List<ConfigurationProblem> problems = new ArrayList<>();
        atMost(settings, granted, LONGEST, "1h", problems);
        atMost(settings, refused, LONGEST_REFUSAL, "10m", problems);
        atMost(settings, stale, LONGEST_STALE, "24h", problems);
        within(settings, size, 1_000_000, problems);
        within(settings, perSecond, 10_000, problems);
        within(settings, burst, 10_000, problems);
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new Lifetimes(settings.get(granted), settings.get(refused), settings.get(stale), settings.get(size));
    }

    CallBudget<String> budget(Settings settings, Clock clock) {
        return new CallBudget<>(settings.get(perSecond), settings.get(burst), clock);
    }

    /** A quarter of the budget, for each user. */
    CallBudget<List<String>> shares(Settings settings, Clock clock) {
        return new CallBudget<>(settings.get(perSecond) / 4.0, Math.max(1, settings.get(burst) / 4), clock);
    }

    private static void atMost(
            Settings settings,
            Setting<Duration> setting,
            Duration most,
            String words,
            List<ConfigurationProblem> problems) {
        Duration value = settings.get(setting);
        if (value.isNegative() || value.compareTo(most) > 0) {
            problems.add(new ConfigurationProblem(settings.place(setting), "expected at most " + words));
        }
    }

    private static void within(
            Settings settings, Setting<Integer> setting, int most, List<ConfigurationProblem> problems) {
        int value = settings.get(setting);
        if (value < 1 || value > most) {
            problems.add(new ConfigurationProblem(settings.place(setting), "expected 1 to " + most));
        }
    }
}
