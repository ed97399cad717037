package io.gatehouse.server;

/**
 * How Gatehouse is.
 *
 * @param ready whether it serves requests
 * @param oldConfiguration whether a changed configuration is not used because of its problems
 * @param problems how many there were when the configuration was last read
 * @param auditTrouble whether a sink does not write
 * @param streams how many requests last just now
 */
record Health(boolean ready, boolean oldConfiguration, int problems, boolean auditTrouble, int streams) {

    /** The page of {@code /readyz}: counts and words only, as anybody may read it. */
    String page() {
        StringBuilder page = new StringBuilder(ready ? "ok\n" : "not ready\n");
        if (oldConfiguration) {
            page.append("configuration: the last change has ").append(problems).append(" problems and is not used\n");
        } else if (problems > 0) {
            page.append("configuration: ").append(problems).append(" problems, some targets are not usable\n");
        }
        if (auditTrouble) {
            page.append("audit: a sink does not write\n");
        }
        return page.toString();
    }
}
