package io.gatehouse.cli;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Opens a page in the person's browser, where there is one; they can always type the address themselves. */
final class Browsers {

    private Browsers() {}

    static void open(String page) {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        List<String> command = system.contains("mac")
                ? List.of("open", page)
                : system.contains("windows")
                        ? List.of("rundll32", "url.dll,FileProtocolHandler", page)
                        : List.of("xdg-open", page);
        try {
            new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // no browser here: the address stands above
        }
    }
}
