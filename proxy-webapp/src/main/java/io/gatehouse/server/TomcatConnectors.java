package io.gatehouse.server;

import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds what Tomcat's connectors lack of {@code conf/tomcat/server-connector.xml}, as its own MBeans tell. */
final class TomcatConnectors {

    private static final Logger LOG = LoggerFactory.getLogger(TomcatConnectors.class);

    private static final String MARKS = "\"<>[\\]^`{|}";
    private static final String MARKS_IN_XML = "&quot;&lt;&gt;[\\]^`{|}";

    /** An attribute as it should be written, and which values are as good. */
    private record Wanted(String name, String value, Predicate<String> isGood) {

        static Wanted exactly(String name, String value) {
            return new Wanted(name, value, value::equalsIgnoreCase);
        }

        /** @param least smaller numbers are too small, but for -1, which means no bound */
        static Wanted number(String name, String value, long least) {
            return new Wanted(name, value, text -> text.equals("-1") || Long.parseLong(text) >= least);
        }

        String written() {
            return name + "=\"" + value + "\"";
        }
    }

    private static final List<Wanted> OF_A_CONNECTOR = List.of(
            new Wanted("protocol", "org.apache.coyote.http11.Http11NioProtocol", text -> !text.contains("Nio2")),
            Wanted.number("maxHttpRequestHeaderSize", "65536", 65_536),
            Wanted.number("maxHttpResponseHeaderSize", "65536", 65_536),
            Wanted.number("maxHeaderCount", "-1", 1_000),
            Wanted.exactly("encodedSolidusHandling", "passthrough"),
            Wanted.exactly("encodedReverseSolidusHandling", "passthrough"),
            new Wanted("relaxedPathChars", MARKS_IN_XML, TomcatConnectors::hasAllMarks),
            new Wanted("relaxedQueryChars", MARKS_IN_XML, TomcatConnectors::hasAllMarks),
            Wanted.exactly("continueResponseTiming", "onRead"),
            // Unless it is written, nothing is told of it.
            new Wanted("useAsyncIO", "true", text -> !text.equalsIgnoreCase("false")));

    private static final List<Wanted> OF_HTTP2 = List.of(
            Wanted.number("streamReadTimeout", "-1", Long.MAX_VALUE),
            Wanted.number("streamWriteTimeout", "3600000", 3_600_000),
            Wanted.exactly("overheadDataThreshold", "0"),
            new Wanted("overheadResetFactor", "20", text -> Integer.parseInt(text) <= 20),
            Wanted.exactly("discardRequestsAndResponses", "true"));

    private interface Attributes {
        Object value(String name) throws JMException, ReflectiveOperationException;
    }

    private final MBeanServer server;

    TomcatConnectors(MBeanServer server) {
        this.server = server;
    }

    /** One line that names each connector with what to add to it; nothing when there is nothing, or it can not be read. */
    Optional<String> advice() {
        try {
            List<String> lacking = new ArrayList<>();
            for (ObjectName connector : new TreeSet<>(server.queryNames(new ObjectName("*:type=Connector,*"), null))) {
                if (!text(server.getAttribute(connector, "protocol"))
                        .toLowerCase(Locale.ROOT)
                        .contains("ajp")) {
                    lacking(connector).ifPresent(lacking::add);
                }
            }
            return lacking.isEmpty()
                    ? Optional.empty()
                    : Optional.of("Tomcat's connectors are not set as Gatehouse needs it"
                            + " (conf/tomcat/server-connector.xml says why). " + String.join(". ", lacking));
        } catch (JMException | ReflectiveOperationException | RuntimeException e) {
            LOG.debug("Tomcat's connectors can not be looked at", e);
            return Optional.empty();
        }
    }

    private Optional<String> lacking(ObjectName connector) throws JMException, ReflectiveOperationException {
        List<String> own = lacking(OF_A_CONNECTOR, name -> server.getAttribute(connector, name));
        List<String> http2 = new ArrayList<>();
        for (Object protocol : upgradeProtocols(connector)) {
            if (protocol.getClass().getSimpleName().equals("Http2Protocol")) {
                http2.addAll(lacking(OF_HTTP2, name -> property(protocol, name)));
            }
        }
        return own.isEmpty() && http2.isEmpty()
                ? Optional.empty()
                : Optional.of(Stream.of(
                                own.stream(),
                                http2.isEmpty() ? Stream.<String>empty() : Stream.of("and to its UpgradeProtocol"),
                                http2.stream())
                        .flatMap(part -> part)
                        .collect(Collectors.joining(
                                " ", "Add to the one of port " + connector.getKeyProperty("port") + ": ", "")));
    }

    private static List<String> lacking(List<Wanted> all, Attributes attributes)
            throws JMException, ReflectiveOperationException {
        List<String> lacking = new ArrayList<>();
        for (Wanted wanted : all) {
            if (!wanted.isGood().test(text(attributes.value(wanted.name())))) {
                lacking.add(wanted.written());
            }
        }
        return lacking;
    }

    /** They have no MBeans of their own: the handler's hands them out. */
    private Object[] upgradeProtocols(ObjectName connector) throws JMException {
        Hashtable<String, String> keys = new Hashtable<>(connector.getKeyPropertyList());
        keys.put("type", "ProtocolHandler");
        return (Object[])
                server.invoke(new ObjectName(connector.getDomain(), keys), "findUpgradeProtocols", null, null);
    }

    private static Object property(Object bean, String name) throws ReflectiveOperationException {
        String getter = "get" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
        return bean.getClass().getMethod(getter).invoke(bean);
    }

    private static String text(Object value) {
        return value == null ? "" : value.toString();
    }

    private static boolean hasAllMarks(String text) {
        return MARKS.chars().allMatch(mark -> text.indexOf(mark) >= 0);
    }
}
