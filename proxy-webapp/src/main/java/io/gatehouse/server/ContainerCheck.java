package io.gatehouse.server;

import jakarta.servlet.ServletContext;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says at start that a container is none that Gatehouse was tried in, older than a known hole, or set too tight. */
final class ContainerCheck {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerCheck.class);
    private static final Pattern VERSION = Pattern.compile("(Tomcat|jetty)/(\\d+)\\.(\\d+)\\.(\\d+)");

    private ContainerCheck() {}

    /** One warning at the most of what it is, and one of how it is set. */
    static void warn(ServletContext context) {
        advice(context.getServerInfo()).ifPresent(advice -> LOG.warn("{}", advice));
        if (context.getServerInfo().contains("Tomcat")) {
            new TomcatConnectors(ManagementFactory.getPlatformMBeanServer())
                    .advice()
                    .ifPresent(advice -> LOG.warn("{}", advice));
        }
    }

    /** What there is to say about a container, by its server info. */
    static Optional<String> advice(String serverInfo) {
        Matcher matcher = VERSION.matcher(serverInfo);
        if (!matcher.find()) {
            return Optional.of("This container (" + serverInfo + ") is none that Gatehouse was tried in: Tomcat 10.1,"
                    + " Tomcat 11 and Jetty 12.1 are; exec and port-forward will not work");
        }
        int major = Integer.parseInt(matcher.group(2));
        int minor = Integer.parseInt(matcher.group(3));
        int patch = Integer.parseInt(matcher.group(4));
        boolean tomcat = matcher.group(1).equals("Tomcat");
        boolean old = tomcat
                ? major < 10 || major == 10 && (minor < 1 || patch < 44) || major == 11 && minor == 0 && patch < 10
                : major < 12 || major == 12 && minor == 0 && patch < 25 || major == 12 && minor == 1 && patch < 4;
        return old
                ? Optional.of("This container (" + serverInfo + ") is older than a fix that Gatehouse counts on"
                        + " (HTTP/2 made-you-reset, upgrade handling): update it to "
                        + (tomcat ? "Tomcat 10.1.44, 11.0.10" : "Jetty 12.0.25, 12.1.4") + " or newer")
                : Optional.empty();
    }
}
