package io.gatehouse.kubernetes;

import io.gatehouse.request.InvalidRequestException;
import io.gatehouse.request.RequestTarget;
import io.gatehouse.spi.KubernetesAction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Compares Gatehouse's reading of made-up requests with Kubernetes' own; {@code e2e/attributes.sh} runs it.
 *
 * <p>A request that Gatehouse refuses reaches no API server, so there is nothing to compare.
 */
public final class AttributeComparison {

    private static final int BATCH = 20_000;
    private static final int SHOWN = 20;
    private static final double LEAST_SHARE = 0.6;
    /** Of what is sent to a real API server; it and the containers have their own bounds. */
    private static final int LONGEST_SENT = 2000;

    private final RandomRequests requests;
    private final KubernetesReading kubernetes;
    private final List<String> sendable = new ArrayList<>();
    private final Map<String, Integer> verbs = new TreeMap<>();
    private final Map<String, Integer> refusals = new TreeMap<>();
    private int made;
    private int compared;
    private int errors;
    private int differences;

    private AttributeComparison(long seed, Path program) {
        requests = new RandomRequests(new Dice(seed));
        kubernetes = new KubernetesReading(program);
    }

    /** Arguments: the program request-info, a seed, how many to compare, how many of them to write, and where to. */
    public static void main(String[] arguments) throws IOException {
        long seed = Long.parseLong(arguments[1]);
        int wanted = Integer.parseInt(arguments[2]);
        int sample = Integer.parseInt(arguments[3]);
        AttributeComparison comparison = new AttributeComparison(seed, Path.of(arguments[0]));
        while (comparison.compared < wanted) {
            comparison.compare(Math.min(BATCH, wanted - comparison.compared));
        }
        comparison.writeSample(sample, Path.of(arguments[4]));
        boolean passed = comparison.report(seed);
        System.exit(passed ? 0 : 1);
    }

    /** Compares so many more. */
    private void compare(int count) throws IOException {
        List<RandomRequests.Request> batch = new ArrayList<>(count);
        List<Optional<KubernetesAction>> ours = new ArrayList<>(count);
        while (batch.size() < count) {
            RandomRequests.Request request = requests.next();
            made++;
            Optional<Optional<KubernetesAction>> reading = read(request);
            if (reading.isPresent()) {
                batch.add(request);
                ours.add(reading.get());
            }
        }
        List<Optional<KubernetesAction>> theirs = kubernetes.of(batch);
        for (int i = 0; i < count; i++) {
            if (!ours.get(i).equals(theirs.get(i))) {
                differ(batch.get(i), ours.get(i), theirs.get(i));
            }
            count(batch.get(i), ours.get(i));
        }
    }

    private void count(RandomRequests.Request request, Optional<KubernetesAction> reading) {
        compared++;
        errors += reading.isEmpty() ? 1 : 0;
        reading.ifPresent(action -> verbs.merge(action.verb(), 1, Integer::sum));
        if (reading.isPresent() && request.target().length() <= LONGEST_SENT) {
            sendable.add(request.method() + " " + request.target());
        }
    }

    /** Gatehouse's reading: nothing to compare, an error for Kubernetes too, or an action. */
    private Optional<Optional<KubernetesAction>> read(RandomRequests.Request request) {
        try {
            int question = request.target().indexOf('?');
            RequestTarget target = question < 0
                    ? RequestTarget.of(request.target(), null)
                    : RequestTarget.of(
                            request.target().substring(0, question),
                            request.target().substring(question + 1));
            return Optional.of(Optional.of(RequestInfo.of(request.method(), target)));
        } catch (InvalidRequestException e) {
            if (e.getMessage().startsWith("the path ends behind")) {
                return Optional.of(Optional.empty());
            }
            refusals.merge(e.getMessage().replaceAll("%[0-9a-fA-F]{2}", "%XX"), 1, Integer::sum);
            return Optional.empty();
        }
    }

    private void differ(
            RandomRequests.Request request, Optional<KubernetesAction> ours, Optional<KubernetesAction> theirs) {
        if (++differences <= SHOWN) {
            System.out.println("difference: " + request.method() + " " + request.target());
            System.out.println("  Gatehouse:  " + shown(ours));
            System.out.println("  Kubernetes: " + shown(theirs));
        }
    }

    private static String shown(Optional<KubernetesAction> reading) {
        return reading.map(Object::toString).orElse("an error").replaceAll("\\p{Cntrl}", "?");
    }

    private void writeSample(int count, Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count && i < sendable.size(); i++) {
            lines.add(sendable.get((int) ((long) i * sendable.size() / count)));
        }
        Files.write(file, lines);
    }

    private boolean report(long seed) {
        refusals.forEach((why, count) -> System.out.printf("  refused %,d: %s%n", count, why));
        System.out.println("  compared by verb: " + verbs);
        double share = (double) compared / made;
        System.out.printf(
                "seed %d: %,d requests made, %,d (%.0f %%) compared, of them %,d errors for both; %,d differences%n",
                seed, made, compared, share * 100, errors, differences);
        if (share < LEAST_SHARE) {
            System.out.println("too many were refused: the comparison says too little");
        }
        return differences == 0 && share >= LEAST_SHARE;
    }
}
