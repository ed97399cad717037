package io.gatehouse.plugin.kubernetes;

import io.gatehouse.spi.CredentialUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One run of a credential helper, bounded in time and output. */
final class ExecProcess {

    private static final int MAX_OUTPUT = 1024 * 1024;
    private static final int MAX_COMPLAINT = 8 * 1024;

    /** JDK 17 says {@code error=2, No such file}, JDK 25 says {@code error: 2 (No such file)}. */
    private static final Pattern SYSTEM_ERROR = Pattern.compile("error[=:] ?[0-9]+[, (]+([^)]+)");

    private final ExecSpec spec;

    ExecProcess(ExecSpec spec) {
        this.spec = spec;
    }

    /** Runs it to its end and returns what it wrote. */
    String run() throws CredentialUnavailableException, InterruptedException {
        long end = System.nanoTime() + spec.timeout().toNanos();
        Process process = start();
        try {
            process.getOutputStream().close();
            FutureTask<byte[]> output = reader("output", () -> {
                byte[] bytes = process.getInputStream().readNBytes(MAX_OUTPUT + 1);
                if (bytes.length > MAX_OUTPUT) {
                    process.destroyForcibly(); // nobody reads on, so it would wait for ever
                }
                return bytes;
            });
            FutureTask<byte[]> complaint = reader("complaint", () -> firstOf(process.getErrorStream()));
            byte[] written = await(output, end);
            if (written.length > MAX_OUTPUT) {
                throw failure("wrote more than 1 MiB");
            }
            if (!process.waitFor(remaining(end), TimeUnit.NANOSECONDS)) {
                throw new TimeoutException();
            }
            if (process.exitValue() != 0) {
                String line = SafeLine.of(new String(await(complaint, end), StandardCharsets.UTF_8), spec);
                throw failure("ended with exit code " + process.exitValue() + (line.isEmpty() ? "" : ": " + line));
            }
            return new String(written, StandardCharsets.UTF_8);
        } catch (TimeoutException e) {
            throw failure("did not end within " + text(spec.timeout()));
        } catch (IOException | ExecutionException e) {
            throw failure("could not be read: " + e.getMessage());
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private Process start() throws CredentialUnavailableException {
        ProcessBuilder builder = new ProcessBuilder(spec.command());
        builder.environment().putAll(spec.environment());
        builder.environment().put("KUBERNETES_EXEC_INFO", spec.info());
        try {
            return builder.start();
        } catch (IOException e) {
            Matcher matcher = SYSTEM_ERROR.matcher(e.getMessage());
            throw failure("could not be started" + (matcher.find() ? ": " + matcher.group(1) : ""));
        }
    }

    private static FutureTask<byte[]> reader(String what, Callable<byte[]> reading) {
        FutureTask<byte[]> task = new FutureTask<>(reading);
        Thread thread = new Thread(task, "gatehouse-exec-" + what);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    /** The beginning; the rest is read and forgotten, so that the helper does not wait for a reader. */
    private static byte[] firstOf(InputStream stream) throws IOException {
        byte[] first = stream.readNBytes(MAX_COMPLAINT);
        stream.transferTo(OutputStream.nullOutputStream());
        return first;
    }

    private static byte[] await(FutureTask<byte[]> task, long end)
            throws InterruptedException, ExecutionException, TimeoutException {
        return task.get(remaining(end), TimeUnit.NANOSECONDS);
    }

    private static long remaining(long end) {
        return Math.max(0, end - System.nanoTime());
    }

    private CredentialUnavailableException failure(String message) {
        return new CredentialUnavailableException(spec + " " + message);
    }

    private static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }
}
