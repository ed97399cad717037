package io.gatehouse.proxy;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.http.Header;
import org.apache.http.HttpResponse;

/** An answer that is a page whose links are to be rewritten: what becomes of its fields and of its body. */
final class PageRewriting {

    private static final Set<String> PAGES = Set.of("text/html", "application/xhtml+xml");

    /** What is said of bytes that the client does not get. */
    private static final Set<String> OF_OTHER_BYTES = Set.of(
            "content-length",
            "content-md5",
            "content-digest",
            "repr-digest",
            "digest",
            "accept-ranges",
            "content-range");

    /** Character sets in which an ASCII byte may be part of something else; browsers know few of them. */
    private static final List<String> NOT_ASCII = List.of(
            "utf-16", "utf16", "utf-32", "utf32", "utf-7", "utf7", "ucs-", "unicode", "iso-2022", "csiso2022", "hz");

    private enum Coding {
        NONE,
        GZIP,
        DEFLATE
    }

    private final Coding coding;
    private final boolean xml;
    private final Exchange exchange;

    private PageRewriting(Coding coding, boolean xml, Exchange exchange) {
        this.coding = coding;
        this.xml = xml;
        this.exchange = exchange;
    }

    /** Nothing for what passes unchanged: other types, parts of a page, downloads, codings that are not understood. */
    static Optional<PageRewriting> of(HttpResponse upstream, Exchange exchange) {
        if (!LinkMap.changesPages(exchange)) {
            return Optional.empty();
        }
        int status = upstream.getStatusLine().getStatusCode();
        Header[] types = upstream.getHeaders("Content-Type");
        if (status == 206 || status == 304 || status == 204 || types.length != 1 || isDownload(upstream)) {
            return Optional.empty();
        }
        String type = types[0].getValue().toLowerCase(Locale.ROOT);
        int parameters = type.indexOf(';');
        String bare = (parameters < 0 ? type : type.substring(0, parameters)).strip();
        if (!PAGES.contains(bare) || !isReadable(type)) {
            return Optional.empty();
        }
        return coding(upstream).map(known -> new PageRewriting(known, !bare.equals("text/html"), exchange));
    }

    private static boolean isDownload(HttpResponse upstream) {
        Header disposition = upstream.getFirstHeader("Content-Disposition");
        return disposition != null
                && disposition.getValue().strip().toLowerCase(Locale.ROOT).startsWith("attachment");
    }

    private static boolean isReadable(String type) {
        int charset = type.indexOf("charset=");
        if (charset < 0) {
            return true;
        }
        String name = type.substring(charset + "charset=".length()).strip().replace("\"", "");
        return NOT_ASCII.stream().noneMatch(name::startsWith);
    }

    private static Optional<Coding> coding(HttpResponse upstream) {
        Header[] codings = upstream.getHeaders("Content-Encoding");
        if (codings.length > 1) {
            return Optional.empty();
        }
        String name = codings.length == 0 ? "" : codings[0].getValue().strip().toLowerCase(Locale.ROOT);
        return switch (name) {
            case "", "identity" -> Optional.of(Coding.NONE);
            case "gzip", "x-gzip" -> Optional.of(Coding.GZIP);
            case "deflate" -> Optional.of(Coding.DEFLATE);
            default -> Optional.empty();
        };
    }

    /** Whether a field, by its folded name, speaks of bytes that the client does not get. */
    boolean hides(String folded) {
        return OF_OTHER_BYTES.contains(folded);
    }

    /** The page means the same, but its bytes are others (RFC 9110 8.8.1): a strong tag becomes a weak one. */
    static String weakened(String tag) {
        return tag.startsWith("\"") ? "W/" + tag : tag;
    }

    /**
     * What the body goes through on its way.
     *
     * @param client gets what is for the client
     */
    BodySink into(BodySink client) {
        LinkMap links = LinkMap.of(exchange);
        return switch (coding) {
            case NONE -> new HtmlRewriter(links, xml, client);
            case GZIP ->
                new GzipDecoder(new HtmlRewriter(links, xml, new DeflatingSink(DeflatingSink.Format.GZIP, client)));
            case DEFLATE ->
                new DeflateDecoder(raw -> new HtmlRewriter(
                        links,
                        xml,
                        new DeflatingSink(raw ? DeflatingSink.Format.RAW : DeflatingSink.Format.ZLIB, client)));
        };
    }
}
