package io.gatehouse.kubernetes;

import io.gatehouse.spi.KubernetesAction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks Kubernetes' own code, in the program {@code e2e/kubernetes/server/cmd/request-info}, what requests mean. */
final class KubernetesReading {

    private static final Pattern FIELD = Pattern.compile("\"([a-zA-Z]+)\":\"([^\"]*)\"");

    private final Path program;

    KubernetesReading(Path program) {
        this.program = program;
    }

    /** What each request means; empty where it is an error. */
    List<Optional<KubernetesAction>> of(List<RandomRequests.Request> requests) throws IOException {
        Path questions = Files.createTempFile("request-info", ".in");
        Path answers = Files.createTempFile("request-info", ".out");
        try {
            Files.write(
                    questions, requests.stream().map(KubernetesReading::line).toList());
            Process process = new ProcessBuilder(program.toString())
                    .redirectInput(questions.toFile())
                    .redirectOutput(answers.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            int code = process.waitFor();
            List<Optional<KubernetesAction>> actions = new ArrayList<>(requests.size());
            for (String line : Files.readAllLines(answers)) {
                actions.add(action(line));
            }
            if (code != 0 || actions.size() != requests.size()) {
                throw new IOException(program + " ended with " + code + " after " + actions.size() + " of "
                        + requests.size() + " answers");
            }
            return actions;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.delete(questions);
            Files.delete(answers);
        }
    }

    private static String line(RandomRequests.Request request) {
        byte[] target = request.target().getBytes(StandardCharsets.ISO_8859_1);
        return request.method() + " " + Base64.getEncoder().encodeToString(target);
    }

    private static Optional<KubernetesAction> action(String line) {
        if (line.startsWith("{\"error\"")) {
            return Optional.empty();
        }
        Map<String, String> fields = new HashMap<>();
        for (Matcher matcher = FIELD.matcher(line); matcher.find(); ) {
            byte[] value = Base64.getDecoder().decode(matcher.group(2));
            fields.put(matcher.group(1), new String(value, StandardCharsets.UTF_8));
        }
        return Optional.of(new KubernetesAction(
                line.contains("\"resourceRequest\":true"),
                fields.get("verb"),
                fields.get("apiGroup"),
                fields.get("apiVersion"),
                fields.get("namespace"),
                fields.get("resource"),
                fields.get("subresource"),
                fields.get("name"),
                fields.get("path"),
                fields.get("fieldSelector"),
                fields.get("labelSelector")));
    }
}
