package io.gatehouse.bench;

import org.eclipse.jetty.ee10.proxy.AsyncProxyServlet;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.mitre.dsmiley.httpproxy.ProxyServlet;

/** Proxy servlets of others, as they are shipped, on Jetty: {@code mitre|jetty-async <port> <upstream>}. */
public final class ServletProxy {

    private ServletProxy() {}

    public static void main(String[] arguments) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(Integer.parseInt(arguments[1]));
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServlet(holder(arguments[0], arguments[2]), "/*");
        server.setHandler(context);
        server.start();
        server.join();
    }

    private static ServletHolder holder(String kind, String upstream) {
        if (kind.equals("mitre")) {
            ServletHolder holder = new ServletHolder(new ProxyServlet());
            holder.setInitParameter("targetUri", upstream);
            return holder;
        }
        ServletHolder holder = new ServletHolder(new AsyncProxyServlet.Transparent());
        holder.setInitParameter("proxyTo", upstream);
        return holder;
    }
}
