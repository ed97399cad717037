package io.gatehouse.server;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What a container serves while no home is named: how to name one, and nothing else. */
final class SetUpPage {

    private static final String TEXT = """
            Gatehouse has no configuration folder yet.

            Put a gatehouse.yaml into a folder of its own and name that folder by one of
              the system property      -Dgatehouse.home=/etc/gatehouse
              the environment variable GATEHOUSE_HOME=/etc/gatehouse
              the context parameter    gatehouse.home
            then restart this application. The documentation has a sample of the folder.
            """;

    private SetUpPage() {}

    static void write(HttpServletResponse response) throws IOException {
        byte[] body = TEXT.getBytes(StandardCharsets.UTF_8);
        response.setStatus(503);
        response.setContentType("text/plain;charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
