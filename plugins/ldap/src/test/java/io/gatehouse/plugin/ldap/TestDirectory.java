package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSearchEntry;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSearchRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSimpleBindRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSimpleBindResult;
import com.unboundid.ldap.listener.interceptor.InMemoryOperationInterceptor;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldif.LDIFException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/** A directory in memory that tells what it was asked, and behaves as a test wants where the library's own does not. */
final class TestDirectory extends InMemoryOperationInterceptor implements AutoCloseable {

    static final String BASE = "dc=example,dc=org";
    static final String PEOPLE = "ou=people," + BASE;
    static final String GROUPS = "ou=groups," + BASE;
    static final String SERVICE = "cn=gatehouse," + BASE;
    static final String SERVICE_PASSWORD = "service secret";

    /** Acts on a request, or refuses it. */
    interface Hook<T> {
        void on(T request) throws LDAPException;
    }

    /** The names of the binds, in order. */
    final List<String> binds = new CopyOnWriteArrayList<>();

    /** The filters of searches below a base, in order; the greeting is none. */
    final List<String> searches = new CopyOnWriteArrayList<>();

    private final InMemoryDirectoryServer server;
    private volatile Hook<InMemoryInterceptedSimpleBindRequest> onBind = request -> {};
    private volatile Consumer<InMemoryInterceptedSimpleBindResult> onBound = result -> {};
    private volatile Hook<InMemoryInterceptedSearchRequest> onSearch = request -> {};
    private volatile Consumer<InMemoryInterceptedSearchEntry> onEntry = entry -> {};

    private TestDirectory(InMemoryListenerConfig listener) {
        try {
            InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
            config.setSchema(null);
            config.setListenerConfigs(listener);
            config.addInMemoryOperationInterceptor(this);
            server = new InMemoryDirectoryServer(config);
            add("dn: " + BASE, "objectClass: domain", "dc: example");
            add("dn: " + PEOPLE, "objectClass: organizationalUnit", "ou: people");
            add("dn: " + GROUPS, "objectClass: organizationalUnit", "ou: groups");
            add("dn: " + SERVICE, "objectClass: device", "cn: gatehouse", "userPassword: " + SERVICE_PASSWORD);
            server.startListening();
        } catch (LDAPException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Without TLS. */
    static TestDirectory plain() {
        return plain(0);
    }

    static TestDirectory plain(int port) {
        return with(() -> InMemoryListenerConfig.createLDAPConfig("plain", loopback(), port, null));
    }

    static TestDirectory startTls(SSLContext tls) {
        return with(() -> InMemoryListenerConfig.createLDAPConfig("start-tls", loopback(), 0, tls.getSocketFactory()));
    }

    static TestDirectory secure(SSLContext tls) {
        return with(() ->
                InMemoryListenerConfig.createLDAPSConfig("secure", loopback(), 0, tls.getServerSocketFactory(), null));
    }

    private interface Listener {
        InMemoryListenerConfig make() throws LDAPException;
    }

    private static TestDirectory with(Listener listener) {
        try {
            return new TestDirectory(listener.make());
        } catch (LDAPException e) {
            throw new IllegalStateException(e);
        }
    }

    static InetAddress loopback() {
        return InetAddress.getLoopbackAddress();
    }

    int port() {
        return server.getListenPort();
    }

    TestDirectory add(String... ldif) {
        try {
            server.add(ldif);
            return this;
        } catch (LDAPException | LDIFException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Somebody called {@code name} with the password {@code secret of name}. */
    TestDirectory person(String name, String... more) {
        String[] ldif = new String[4 + more.length];
        ldif[0] = "dn: uid=" + name + "," + PEOPLE;
        ldif[1] = "objectClass: person";
        ldif[2] = "uid: " + name;
        ldif[3] = "userPassword: secret of " + name;
        System.arraycopy(more, 0, ldif, 4, more.length);
        return add(ldif);
    }

    static String dn(String person) {
        return "uid=" + person + "," + PEOPLE;
    }

    static String groupDn(String group) {
        return "cn=" + group + "," + GROUPS;
    }

    TestDirectory group(String name, String... members) {
        String[] ldif = new String[3 + members.length];
        ldif[0] = "dn: " + groupDn(name);
        ldif[1] = "objectClass: groupOfNames";
        ldif[2] = "cn: " + name;
        for (int i = 0; i < members.length; i++) {
            ldif[3 + i] = "member: " + members[i];
        }
        return add(ldif);
    }

    void modify(String... ldif) {
        try {
            server.modify(ldif);
        } catch (LDAPException | LDIFException e) {
            throw new IllegalStateException(e);
        }
    }

    void delete(String dn) {
        try {
            server.delete(dn);
        } catch (LDAPException e) {
            throw new IllegalStateException(e);
        }
    }

    void onBind(Hook<InMemoryInterceptedSimpleBindRequest> hook) {
        onBind = hook;
    }

    void onBound(Consumer<InMemoryInterceptedSimpleBindResult> hook) {
        onBound = hook;
    }

    void onSearch(Hook<InMemoryInterceptedSearchRequest> hook) {
        onSearch = hook;
    }

    void onEntry(Consumer<InMemoryInterceptedSearchEntry> hook) {
        onEntry = hook;
    }

    /** The binds as others than the service account. */
    List<String> userBinds() {
        return binds.stream().filter(name -> !name.equals(SERVICE)).toList();
    }

    @Override
    public void processSimpleBindRequest(InMemoryInterceptedSimpleBindRequest request) throws LDAPException {
        binds.add(request.getRequest().getBindDN());
        onBind.on(request);
    }

    @Override
    public void processSimpleBindResult(InMemoryInterceptedSimpleBindResult result) {
        onBound.accept(result);
    }

    @Override
    public void processSearchRequest(InMemoryInterceptedSearchRequest request) throws LDAPException {
        boolean greeting = request.getRequest().getBaseDN().isEmpty()
                && request.getRequest().getScope() == SearchScope.BASE;
        if (!greeting) {
            searches.add(request.getRequest().getFilter().toString());
            onSearch.on(request);
        }
    }

    @Override
    public void processSearchEntry(InMemoryInterceptedSearchEntry entry) {
        onEntry.accept(entry);
    }

    @Override
    public void close() {
        server.shutDown(true);
    }
}
