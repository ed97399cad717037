package io.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlRewriterTest {

    private static final LinkMap LINKS =
            new LinkMap("/w", "", "", "https", "gate", Set.of("10.0.0.1:8080", "wiki.internal"));

    /** Every attribute of apimachinery's table, and those that we add. */
    static final List<String> TABLE = List.of(
            "a href",
            "applet codebase",
            "area href",
            "audio src",
            "base href",
            "blockquote cite",
            "body background",
            "button formaction",
            "command icon",
            "del cite",
            "embed src",
            "form action",
            "frame longdesc",
            "frame src",
            "head profile",
            "html manifest",
            "iframe longdesc",
            "iframe src",
            "img longdesc",
            "img src",
            "img srcset",
            "img usemap",
            "input src",
            "input usemap",
            "input formaction",
            "ins cite",
            "link href",
            "object classid",
            "object codebase",
            "object data",
            "object usemap",
            "q cite",
            "script src",
            "source src",
            "source srcset",
            "video poster",
            "video src");

    private static String rewritten(String page) throws IOException {
        return rewritten(LINKS, page, false, new Random(1), page.length() + 1);
    }

    private static String rewritten(LinkMap links, String page, boolean xml, Random dice, int longestPiece)
            throws IOException {
        CollectingSink sink = new CollectingSink();
        HtmlRewriter rewriter = new HtmlRewriter(links, xml, sink);
        byte[] bytes = page.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < bytes.length; ) {
            int length = Math.min(bytes.length - at, 1 + dice.nextInt(longestPiece));
            rewriter.write(bytes, at, length);
            at += length;
        }
        rewriter.end();
        assertThat(sink.isEnded()).isTrue();
        return sink.text();
    }

    @ParameterizedTest
    @FieldSource("TABLE")
    void rewritesWhatIsInTheTable(String row) throws Exception {
        String element = row.substring(0, row.indexOf(' '));
        String attribute = row.substring(row.indexOf(' ') + 1);
        for (String quote : new String[] {"\"", "'", ""}) {
            assertThat(rewritten("<" + element + " x=1 " + attribute + "=" + quote + "/a/b" + quote + " y>t"))
                    .isEqualTo("<" + element + " x=1 " + attribute + "=" + quote + "/w/a/b" + quote + " y>t");
        }
        String upper = element.toUpperCase() + "\n" + attribute.toUpperCase();
        assertThat(rewritten("<" + upper + "\t=\f\"/a\"/>")).isEqualTo("<" + upper + "\t=\f\"/w/a\"/>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<p href=\"/a\">",
                "<a src=\"/a\" title=\"/a\" onclick=\"go('/a')\" data-href=\"/a\" hreflang=/a>",
                "<img alt='/a' data-src=/a sizes=\"/a\">",
                "<div style=\"background: url(/a)\" cite=/a>",
                "<ahref href=\"/a\">",
                "<a:b href=\"/a\">",
                "<averylongelementname href=\"/a\">",
                "<form verylongattributenameaction=\"/a\" actions=/a>",
                "</a href=\"/a\">",
                "<meta name=refresh content=\"0; url=/a\">",
                "<meta content=\"0; url=/a\">",
                "<meta http-equiv=refreshing content=\"0; url=/a\">",
                "<meta property=og:url content=/a>",
                "<base target=\"/a\">",
                "< a href=\"/a\">",
                "<>",
                "<1 href=/a>",
                "text /a href=\"/a\"",
                "<!-- <a href=\"/a\"> -->",
                "<!-- <a href=\"/a\">",
                "<!--- <a href=\"/a\"> --!>",
                "<!--x--!--><a x>",
                "<!x <a href=\"/a\">",
                "<?x <a href=\"/a\"?>",
                "</ <a href=\"/a\">",
                "<!doctype html \"/a\">",
                "<script>\"<a href='/a'>\"</script>",
                "<script>\"</scripty><a href='/a'>\"</script>",
                "<script><!-- <script> </script> <a href='/a'> --></script>",
                "<style><a href='/a'></style>",
                "<textarea><a href='/a'></textareas></textarea>",
                "<title><a href='/a'></title>",
                "<xmp><a href='/a'></xmp><iframe><a href='/a'></iframe>",
                "<noframes><a href='/a'></noframes><noembed><a href='/a'></noembed>",
                "<plaintext><a href='/a'></plaintext><a href='/a'>",
                "<a x=\"<a href='/b'>\" y='<a href=\"/b\">'>",
                "<a =href=/a>",
                "<a =\"href=/a\">",
                "<a href=>/a</a>",
                "<a href/=/a>",
                "<a href>",
                "<a href=\"",
                "<a href=\"/a",
                "<a href=/a",
                "<a",
                "<",
                "<a href=x>",
                "<a href=\"x/y\"><a href='#/a'><a href='?/a'><a href=''><a href=./a><a href=../a>",
                "<a href=//cdn/a><a href=https://idp/a><a href=\"/\\cdn\"><a href=mailto:/a><a href=javascript:/a/>",
                "<a href='&#47;&#x2f;cdn/a'>",
                "<a href=/w/a><a href=/w/>",
                "<base href=https://cdn/><a href=/a>",
                "\u00fe\u00ff<a href=/a>",
                "\u00ff\u00fe<a href=/a>"
            })
    void changesNothingElse(String page) throws Exception {
        assertThat(rewritten(page)).isEqualTo(page);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " ~ ",
            value = {
                "<a href=\"/\">x</a><a href=/b> ~ <a href=\"/w/\">x</a><a href=/w/b>",
                "<a href= '/a?x=1&amp;y=\u00fc&z'> ~ <a href= '/w/a?x=1&amp;y=\u00fc&z'>",
                "<a href=\" {n}/a \"> ~ <a href=\" {n}/w/a \">",
                "<a href='&#x2F;a&#x2f;b'> ~ <a href='/w&#x2F;a&#x2f;b'>",
                "<a href='&#47a'> ~ <a href='/w&#47a'>",
                "<a href='&sol;a&amp;b'> ~ <a href='/w&sol;a&amp;b'>",
                "<a href='http&colon;//10.0.0.1&#58;8080&sol;a&amp;b'> ~ <a href='/w&sol;a&amp;b'>",
                "<a href=http://10.0.0.1:8080> ~ <a href=/w/>",
                "<a href=//wiki.internal/a/ > ~ <a href=/w/a/ >",
                "<a href=https://gate/a> ~ <a href=/w/a>",
                "<a href=/a/> ~ <a href=/w/a/>",
                "<a a='>' b=\">\" href=/a> ~ <a a='>' b=\">\" href=/w/a>",
                "<a a=b'c\"d href=/a> ~ <a a=b'c\"d href=/w/a>",
                "<a a='x'href='/a'b> ~ <a a='x'href='/w/a'b>",
                "<a/href=/a> ~ <a/href=/w/a>",
                "<<a href=/a> ~ <<a href=/w/a>",
                "<!--><a href=/a>--> ~ <!--><a href=/w/a>-->",
                "<!---><a href=/a> ~ <!---><a href=/w/a>",
                "<!----!><a href=/a> ~ <!----!><a href=/w/a>",
                "<!--!><a href=/b>--><a href=/a> ~ <!--!><a href=/b>--><a href=/w/a>",
                "<!-- x --><a href=/a> ~ <!-- x --><a href=/w/a>",
                "<!><a href=/a><!-><a href=/a></><a href=/a> ~ <!><a href=/w/a><!-><a href=/w/a></><a href=/w/a>",
                "<script src=/a>'/b'</script><a href=/a> ~ <script src=/w/a>'/b'</script><a href=/w/a>",
                "<SCRIPT><a href=/b></ScRiPt x='>'><a href=/a> ~ <SCRIPT><a href=/b></ScRiPt x='>'><a href=/w/a>",
                "<script><!-- <script> </script> --></script><a href=/a> ~ <script><!-- <script> </script> --></script><a href=/w/a>",
                "<script><!--></script><a href=/a> ~ <script><!--></script><a href=/w/a>",
                "<title></title ><a href=/a> ~ <title></title ><a href=/w/a>",
                "<title><</title><a href=/a> ~ <title><</title><a href=/w/a>",
                "<noscript><img src=/a></noscript> ~ <noscript><img src=/w/a></noscript>",
                "<img srcset='/a 1x, /b 2x,http://10.0.0.1:8080/c, x/d 3x, https://cdn/e 4x'> ~ "
                        + "<img srcset='/w/a 1x, /w/b 2x,/w/c, x/d 3x, https://cdn/e 4x'>",
                "<img srcset=' /a?x,y, /b (1,2)x,/c'> ~ <img srcset=' /w/a?x,y, /w/b (1,2)x,/w/c'>",
                "<img srcset='/a&amp;b 1x,&#47;c'> ~ <img srcset='/w/a&amp;b 1x,/w&#47;c'>",
                "<meta http-equiv=Refresh content='5; URL=/a'> ~ <meta http-equiv=Refresh content='5; URL=/w/a'>",
                "<meta http-equiv=\" refresh \" content=\"0;url='/a'\"> ~ <meta http-equiv=\" refresh \" content=\"0;url='/w/a'\">",
                "<meta http-equiv=refresh content='0,/a'> ~ <meta http-equiv=refresh content='0,/w/a'>",
                "<base href=/a/><a href=/b> ~ <base href=/w/a/><a href=/w/b>",
                "<base href='http://10.0.0.1:8080/'><a href=/b> ~ <base href='/w/'><a href=/w/b>"
            })
    void rewritesOnlyTheFrontOfAReference(String page, String expected) throws Exception {
        assertThat(rewritten(page.replace("{n}", "\n"))).isEqualTo(expected.replace("{n}", "\n"));
    }

    @Test
    void escapesAPrefixThatHasSigns() throws Exception {
        LinkMap links = new LinkMap("/a&b'c", "", "", "https", "gate", Set.of());
        assertThat(rewritten(links, "<a href=/x><a href='/x'>", false, new Random(1), 99))
                .isEqualTo("<a href=/a&#38;b&#39;c/x><a href='/a&#38;b&#39;c/x'>");
    }

    @Test
    void knowsElementsWithoutContentInXhtml() throws Exception {
        String page = "<script src='/a'/><a href='/b'>";
        assertThat(rewritten(page)).isEqualTo("<script src='/w/a'/><a href='/b'>");
        assertThat(rewritten(LINKS, page, true, new Random(1), 99)).isEqualTo("<script src='/w/a'/><a href='/w/b'>");
    }

    @Test
    void passesALongValueUnchanged() throws Exception {
        String fits = "/" + "x".repeat(HtmlTag.LONGEST_VALUE - 1);
        assertThat(rewritten("<a href='" + fits + "'>")).isEqualTo("<a href='/w" + fits + "'>");
        String tooLong = "<a href='" + fits + "y' id='" + fits + fits + "'>";
        assertThat(rewritten(tooLong + "<a href=/a>")).isEqualTo(tooLong + "<a href=/w/a>");
        assertThat(rewritten("<" + "a".repeat(99_999) + " " + "b".repeat(99_999) + "=/a>"))
                .doesNotContain("/w");
    }

    /** Whatever the page and however it is cut: the same comes out, and without the prefix it is what went in. */
    @Test
    void doesTheSameHoweverThePageIsCut() throws Exception {
        LinkMap links = new LinkMap("/QQQ", "", "", "https", "gate", Set.of());
        for (int seed = 0; seed < 20_000; seed++) {
            Random dice = new Random(seed);
            StringBuilder page = new StringBuilder();
            for (int parts = dice.nextInt(30); parts >= 0; parts--) {
                page.append(PARTS.get(dice.nextInt(PARTS.size())));
            }
            String whole = rewritten(links, page.toString(), false, dice, page.length() + 1);
            String single = rewritten(links, page.toString(), false, dice, 1);
            String cut = rewritten(links, page.toString(), false, dice, 7);
            assertThat(single).as("seed " + seed).isEqualTo(whole);
            assertThat(cut).as("seed " + seed).isEqualTo(whole);
            assertThat(whole.replace("/QQQ", "")).as("seed " + seed).isEqualTo(page.toString());
        }
    }

    private static final List<String> PARTS = List.of(
            "<",
            ">",
            "/",
            "=",
            "\"",
            "'",
            " ",
            "\n",
            "!",
            "-",
            "--",
            "?",
            "&",
            "#",
            ";",
            ",",
            "a",
            "A",
            "x",
            "1",
            "\u00fc",
            "<a ",
            "<a href=",
            "<img src=",
            "<img srcset=",
            "href=",
            "href ",
            " = ",
            "</a",
            "<script",
            "</script",
            "<style>",
            "</style>",
            "<title>",
            "</title>",
            "<!--",
            "-->",
            "<meta http-equiv=refresh content=",
            "url=",
            "/a",
            "/a/b?c",
            "//cdn",
            "&#47;",
            "&#x2f;",
            "<base href=",
            "<plaintext",
            "x/y",
            " 2x, ",
            "https://",
            "\u00fe\u00ff");
}
