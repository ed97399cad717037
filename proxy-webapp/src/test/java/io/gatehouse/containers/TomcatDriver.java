package io.gatehouse.containers;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.ContextConfig;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.webresources.TomcatURLStreamHandlerFactory;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.IntrospectionUtils;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.NodeList;

/** Runs inside the class loader of a Tomcat; started and stopped by {@link TestContainer} over JDK types. */
public final class TomcatDriver implements Callable<Map<String, Integer>>, IntSupplier, AutoCloseable {
    private final Map<String, String> settings;
    private final Map<String, String> contextParameters;
    private final Tomcat tomcat = new Tomcat();
    private final List<Connector> connectors = new ArrayList<>();
    /** The logging of the JDK keeps a level only as long as somebody holds the logger. */
    private final Logger logger = Logger.getLogger("org.apache");

    /** Warns of TLS 1.3 with optional client certificates, which was seen to work. */
    private final Logger tlsLogger = Logger.getLogger("org.apache.tomcat.util.net.SSLUtilBase");

    public TomcatDriver(Map<String, String> settings, Map<String, String> contextParameters) {
        this.settings = settings;
        this.contextParameters = contextParameters;
        logger.setLevel(Level.WARNING);
        tlsLogger.setLevel(Level.SEVERE);
        // It could be set once in a JVM only; war: URLs are of no use for a folder.
        TomcatURLStreamHandlerFactory.disable();
    }

    @Override
    public Map<String, Integer> call() throws Exception {
        tomcat.setBaseDir(settings.get("work"));
        NodeList elements = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new File(settings.get("conf"), "tomcat/server-connector.xml"))
                .getElementsByTagName("Connector");
        for (int i = 0; i < elements.getLength(); i++) {
            Connector connector = connector((Element) elements.item(i));
            connectors.add(connector);
            tomcat.setConnector(connector);
        }
        StandardContext context = new StandardContext();
        context.setPath("");
        context.setDocBase(settings.get("war"));
        context.addLifecycleListener(new ContextConfig());
        context.setParentClassLoader(getClass().getClassLoader());
        // Searches for leaks that would need --add-opens; 11 has only some of them.
        for (String search : List.of("ObjectStreamClassCaches", "RmiTargets", "ThreadLocals")) {
            IntrospectionUtils.setProperty(context, "clearReferences" + search, "false");
        }
        contextParameters.forEach(context::addParameter);
        tomcat.getHost().addChild(context);
        tomcat.start();
        if (context.getState() != LifecycleState.STARTED) {
            tomcat.stop();
            throw new IllegalStateException("The application did not start");
        }
        return Map.of(
                "clear", connectors.get(0).getLocalPort(),
                "tls", connectors.get(1).getLocalPort());
    }

    /** How many connections and streams it keeps until an application has answered, or the client speaks again. */
    @Override
    public int getAsInt() {
        return connectors.stream()
                .map(connector -> (AbstractProtocol<?>) connector.getProtocolHandler())
                .mapToInt(AbstractProtocol::getWaitingProcessorCount)
                .sum();
    }

    private Connector connector(Element element) {
        Connector connector = new Connector(element.getAttribute("protocol"));
        NamedNodeMap attributes = element.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            String name = attributes.item(i).getNodeName();
            if (!name.equals("protocol")
                    && !IntrospectionUtils.setProperty(
                            connector, name, attributes.item(i).getNodeValue())) {
                throw new IllegalStateException("Tomcat knows no attribute " + name);
            }
        }
        if (settings.containsKey("idle")) {
            connector.setProperty("connectionTimeout", settings.get("idle"));
            connector.setProperty("keepAliveTimeout", settings.get("idle"));
        }
        connector.setPort(0);
        NodeList http2 = element.getElementsByTagName("UpgradeProtocol");
        if (http2.getLength() > 0) {
            Http2Protocol protocol = new Http2Protocol();
            set(protocol, (Element) http2.item(0));
            connector.addUpgradeProtocol(protocol);
            connector.addSslHostConfig(
                    tls((Element) element.getElementsByTagName("SSLHostConfig").item(0)));
        }
        return connector;
    }

    private SSLHostConfig tls(Element element) {
        SSLHostConfig tls = new SSLHostConfig();
        set(tls, element);
        tls.setTruststoreFile(settings.get("trustStore"));
        tls.setTruststorePassword(settings.get("password"));
        SSLHostConfigCertificate certificate =
                new SSLHostConfigCertificate(tls, SSLHostConfigCertificate.Type.UNDEFINED);
        certificate.setCertificateKeystoreFile(settings.get("keyStore"));
        certificate.setCertificateKeystorePassword(settings.get("password"));
        certificate.setCertificateKeystoreType("PKCS12");
        tls.addCertificate(certificate);
        return tls;
    }

    private static void set(Object target, Element element) {
        NamedNodeMap attributes = element.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            String name = attributes.item(i).getNodeName();
            if (!name.equals("className")
                    && !IntrospectionUtils.setProperty(
                            target, name, attributes.item(i).getNodeValue())) {
                throw new IllegalStateException("Tomcat knows no attribute " + name);
            }
        }
    }

    @Override
    public void close() throws Exception {
        tomcat.stop();
        tomcat.destroy();
    }
}
