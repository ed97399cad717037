package io.gatehouse.bench;

import io.gatehouse.plugin.acl.AclAuthorizerFactory;
import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.Authorizer;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.Decision;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Time of a decision and of a reload by the acl plugin, for policies of several kinds and sizes. */
public final class PolicyBenchmark {

    private static final int REQUESTS = 200;
    private static final int ROUNDS = 8_000;
    private static final int COUNTED = 4_000;
    private static final int RELOADS = 20;

    private final AclAuthorizerFactory factory = new AclAuthorizerFactory();
    private final Sample sample;
    private final int rules;
    private int allowed;
    private int denied;
    private int asked;

    private PolicyBenchmark(Sample sample, int rules) {
        this.sample = sample;
        this.rules = rules;
    }

    /** Prints a table. */
    public static void main(String[] arguments) {
        System.out.printf(
                "%-12s %7s %17s %17s %17s   %s%n", "", "rules", "again ns", "new ns", "reload ms", "allow, deny");
        for (Sample sample : Sample.values()) {
            for (int rules : new int[] {100, 1_000, 10_000}) {
                new PolicyBenchmark(sample, rules).measure();
            }
        }
    }

    private void measure() {
        ConfigFile file = new ConfigFile(
                Path.of("policy.csv"), String.join("\n", sample.policy(rules)).getBytes(StandardCharsets.UTF_8));
        double[] reloads = new double[RELOADS];
        Authorizer authorizer = null;
        for (int i = 0; i < RELOADS; i++) {
            long begin = System.nanoTime();
            authorizer = factory.create(
                    new Written(Map.of(AclAuthorizerFactory.POLICY, file)), new Context("policy", Path.of(".")));
            reloads[i] = (System.nanoTime() - begin) / 1e6;
        }
        double[] fresh = new double[COUNTED];
        double[] again = new double[COUNTED];
        for (int round = 0; round < ROUNDS; round++) {
            List<AccessRequest> requests = sample.requests(REQUESTS, rules, round);
            double first = decide(authorizer, requests);
            double second = decide(authorizer, requests);
            if (round >= ROUNDS - COUNTED) {
                fresh[round - ROUNDS + COUNTED] = first;
                again[round - ROUNDS + COUNTED] = second;
            }
        }
        System.out.printf(
                "%-12s %7d %17s %17s %17s   %d%%, %d%%%n",
                sample.name().toLowerCase(Locale.ROOT),
                rules,
                text(again, "%.0f"),
                text(fresh, "%.0f"),
                text(reloads, "%.1f"),
                allowed * 100L / asked,
                denied * 100L / asked);
    }

    private double decide(Authorizer authorizer, List<AccessRequest> requests) {
        long begin = System.nanoTime();
        for (AccessRequest request : requests) {
            Decision decision = authorizer.authorize(request);
            allowed += decision instanceof Decision.Allow ? 1 : 0;
            denied += decision instanceof Decision.Deny ? 1 : 0;
        }
        long end = System.nanoTime();
        asked += requests.size();
        return (end - begin) / (double) requests.size();
    }

    /** The lowest tenth, which other programs disturb least, and the median. */
    private static String text(double[] values, String format) {
        Arrays.sort(values);
        return String.format(format + " / " + format, values[values.length / 10], values[values.length / 2]);
    }
}
