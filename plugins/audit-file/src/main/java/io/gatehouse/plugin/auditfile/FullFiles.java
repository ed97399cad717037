package io.gatehouse.plugin.auditfile;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The full files beside the one that is written: {@code audit-<time>-<n>.jsonl} beside {@code audit.jsonl}. */
final class FullFiles {

    private static final Logger LOG = LoggerFactory.getLogger(FullFiles.class);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Path path;
    private final String stem;
    private final String ending;
    private final Pattern names;
    private final int maximum;
    private final Clock clock;
    private long deleted;

    private record Full(Path path, String time, long number) {}

    FullFiles(Path path, int maximum, Clock clock) {
        this.path = path;
        this.maximum = maximum;
        this.clock = clock;
        String name = path.getFileName().toString();
        int dot = name.lastIndexOf('.');
        this.stem = dot > 0 ? name.substring(0, dot) : name;
        this.ending = dot > 0 ? name.substring(dot) : "";
        this.names = Pattern.compile(Pattern.quote(stem) + "-(\\d{8}T\\d{6}Z)-(\\d{1,9})" + Pattern.quote(ending));
    }

    /** The full files, oldest first. */
    List<Path> list() throws IOException {
        return full().stream().map(Full::path).toList();
    }

    private List<Full> full() throws IOException {
        List<Full> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path.getParent())) {
            for (Path entry : entries) {
                Matcher name = names.matcher(entry.getFileName().toString());
                if (name.matches()) {
                    files.add(new Full(entry, name.group(1), Long.parseLong(name.group(2))));
                }
            }
        }
        files.sort(Comparator.comparing(Full::time).thenComparing(Full::number));
        return files;
    }

    /** Gives the written file a name of its own and deletes the oldest beyond the maximum. */
    void add() throws IOException {
        List<Full> files = full();
        String time = TIME.format(clock.instant());
        // After a clock that went back, the order of names is still the order of writing.
        String last = files.isEmpty() ? "" : files.get(files.size() - 1).time();
        String name = last.compareTo(time) > 0 ? last : time;
        long number = last.equals(name) ? files.get(files.size() - 1).number() + 1 : 1;
        Path full = path.resolveSibling(stem + "-" + name + "-" + number + ending);
        Files.move(path, full, StandardCopyOption.ATOMIC_MOVE);
        deleteOldest();
    }

    private void deleteOldest() throws IOException {
        List<Path> files = list();
        for (Path oldest : files.subList(0, Math.max(0, files.size() - maximum))) {
            try {
                Files.delete(oldest);
                deleted++;
                LOG.warn("audit file {} deleted, as max-files is {}; {} deleted so far", oldest, maximum, deleted);
            } catch (IOException e) {
                LOG.error("audit file {} is beyond max-files and can not be deleted: {}", oldest, e.toString());
            }
        }
    }
}
