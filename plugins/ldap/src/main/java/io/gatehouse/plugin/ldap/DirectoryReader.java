package io.gatehouse.plugin.ldap;

import com.unboundid.asn1.ASN1OctetString;
import com.unboundid.ldap.sdk.BindResult;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPBindException;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResult;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.controls.SimplePagedResultsControl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks over one connection, each question within the time that is left. References to other servers are neither followed
 * nor reported: an Active Directory adds some to every search from its root.
 */
final class DirectoryReader {

    private static final int PAGE = 500;

    private final LDAPConnection connection;
    private final Deadline deadline;
    private final Duration longest;

    /** @param longest how long one answer may take */
    DirectoryReader(LDAPConnection connection, Deadline deadline, Duration longest) {
        this.connection = connection;
        this.deadline = deadline;
        this.longest = longest;
    }

    /** One entry; nothing when there is none of that name, or the filter does not match it. */
    Optional<Entry> read(String dn, Filter filter, String... attributes) throws LDAPException {
        try {
            SearchResult result = connection.search(request(dn, SearchScope.BASE, filter, attributes));
            return result.getSearchEntries().stream().map(Entry.class::cast).findFirst();
        } catch (LDAPSearchException e) {
            if (e.getResultCode().equals(ResultCode.NO_SUCH_OBJECT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** At most two entries of a subtree, so that it can be told whether there is exactly one. */
    List<Entry> findTwo(String base, Filter filter, String... attributes) throws LDAPException {
        SearchRequest request = request(base, SearchScope.SUB, filter, attributes);
        request.setSizeLimit(2);
        try {
            return List.copyOf(connection.search(request).getSearchEntries());
        } catch (LDAPSearchException e) {
            if (e.getResultCode().equals(ResultCode.SIZE_LIMIT_EXCEEDED) && e.getEntryCount() >= 2) {
                return List.copyOf(e.getSearchEntries());
            }
            throw e;
        }
    }

    /** Every entry of a subtree, in pages where the server knows them (RFC 2696). */
    List<Entry> findAll(String base, Filter filter, int most, String... attributes) throws LDAPException {
        List<Entry> found = new ArrayList<>();
        ASN1OctetString cookie = null;
        do {
            SearchRequest request = request(base, SearchScope.SUB, filter, attributes);
            request.addControl(new SimplePagedResultsControl(PAGE, cookie, false));
            SearchResult result = connection.search(request);
            found.addAll(result.getSearchEntries());
            if (found.size() > most) {
                throw new LDAPException(ResultCode.SIZE_LIMIT_EXCEEDED, "more than " + most + " entries");
            }
            SimplePagedResultsControl page = SimplePagedResultsControl.get(result);
            cookie = page != null && page.moreResultsToReturn() ? page.getCookie() : null;
        } while (cookie != null);
        return found;
    }

    /** Binds; a refusal is an answer, too. */
    BindResult bind(SimpleBindRequest request) throws LDAPException {
        request.setResponseTimeoutMillis(deadline.atMostMillis(longest));
        try {
            return connection.bind(request);
        } catch (LDAPBindException e) {
            if (e.getResultCode().isConnectionUsable()) {
                return e.getBindResult();
            }
            throw e;
        }
    }

    private SearchRequest request(String base, SearchScope scope, Filter filter, String... attributes)
            throws LDAPException {
        SearchRequest request = new SearchRequest(base, scope, filter, attributes);
        request.setResponseTimeoutMillis(deadline.atMostMillis(longest));
        return request;
    }
}
