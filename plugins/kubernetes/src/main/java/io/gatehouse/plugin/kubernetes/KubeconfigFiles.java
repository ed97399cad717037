package io.gatehouse.plugin.kubernetes;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which kubeconfigs there are.
 *
 * @param merged files that are merged as kubectl merges them
 * @param mayBeMissing whether those may be missing, as nobody named them in the configuration
 * @param folder a folder in which each file stands for itself
 */
record KubeconfigFiles(List<Path> merged, boolean mayBeMissing, Optional<Path> folder) {

    private static final int MAX_FILES = 1_000;

    /** The files now: each inner list is merged, and refers to nothing in another. */
    List<List<Path>> groups() {
        List<List<Path>> groups = new ArrayList<>();
        if (!merged.isEmpty()) {
            groups.add(merged);
        }
        if (folder.isPresent()) {
            filesIn(folder.get()).forEach(file -> groups.add(List.of(file)));
        }
        return groups;
    }

    /** Hidden files are left out: a mounted ConfigMap has some, and so have editors. */
    private static List<Path> filesIn(Path folder) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (!entry.getFileName().toString().startsWith(".") && Files.isRegularFile(entry)) {
                    files.add(entry);
                }
            }
        } catch (IOException e) {
            throw Kubeconfig.problem(folder, "expected a folder that can be read");
        }
        if (files.size() > MAX_FILES) {
            throw Kubeconfig.problem(folder, "has " + files.size() + " files; at most 1,000 are taken");
        }
        files.sort(null);
        return files;
    }
}
