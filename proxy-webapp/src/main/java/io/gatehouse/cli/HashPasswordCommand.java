package io.gatehouse.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** {@code gatehouse hash-password}: asks at a terminal, or reads one line. */
final class HashPasswordCommand {

    private HashPasswordCommand() {}

    static int run(Options options) throws IOException {
        Console console = System.console();
        char[] password;
        if (console != null && System.in.available() == 0) {
            password = console.readPassword("Password: ");
            char[] again = console.readPassword("Again: ");
            if (password == null || !Arrays.equals(password, again)) {
                System.err.println("gatehouse: the two passwords differ");
                return 1;
            }
        } else {
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            password = line == null ? new char[0] : line.toCharArray();
        }
        try {
            System.out.println(PasswordHash.bcrypt(password));
            return 0;
        } catch (IllegalArgumentException e) {
            System.err.println("gatehouse: " + e.getMessage());
            return 1;
        }
    }
}
