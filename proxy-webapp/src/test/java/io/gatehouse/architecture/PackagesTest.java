package io.gatehouse.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.gatehouse.plugin.PluginCall;
import io.gatehouse.spi.AuditSink;
import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.Authorizer;
import io.gatehouse.spi.PluginFactory;
import io.gatehouse.spi.TargetCredential;
import io.gatehouse.spi.TargetSource;
import io.gatehouse.spi.UpstreamIdentity;
import jakarta.servlet.ServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The boundaries that DESIGN draws between the packages, and what nobody calls. */
class PackagesTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.gatehouse");

    /** From the top down; packages of one line do not know each other, but cli, which starts what is in server. */
    private static final List<List<String>> FLOORS = List.of(
            List.of("cli"),
            List.of("server"),
            List.of("reload"),
            List.of("config"),
            List.of("portal", "login", "token"),
            List.of("pipeline"),
            List.of("proxy"),
            List.of("tunnel"),
            List.of("audit"),
            List.of("target"),
            List.of("plugin"),
            List.of("kubernetes"),
            List.of("request"),
            List.of("spi", "log"));

    private static final List<Class<?>> PRODUCTS =
            List.of(Authenticator.class, Authorizer.class, AuditSink.class, UpstreamIdentity.class, TargetSource.class);

    @Test
    void everyPackageHasItsPlace() {
        Set<String> known = Set.copyOf(Stream.concat(FLOORS.stream().flatMap(List::stream), Stream.of("launcher"))
                .map(name -> "io.gatehouse." + name)
                .toList());
        assertThat(CLASSES.stream().map(JavaClass::getPackageName).distinct()).isSubsetOf(known);
    }

    @Test
    void arrowsPointDown() {
        for (int floor = 0; floor < FLOORS.size(); floor++) {
            List<String> notBelow = new ArrayList<>(List.of("io.gatehouse.launcher"));
            FLOORS.subList(0, floor).forEach(above -> above.forEach(name -> notBelow.add("io.gatehouse." + name)));
            for (String name : FLOORS.get(floor)) {
                noClasses()
                        .that()
                        .resideInAPackage("io.gatehouse." + name)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(notBelow.toArray(String[]::new))
                        .allowEmptyShould(true)
                        .check(CLASSES);
            }
        }
    }

    @Test
    void thereAreNoCycles() {
        slices().matching("io.gatehouse.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void theLauncherIsAlone() {
        classes()
                .that()
                .resideInAPackage("io.gatehouse.launcher")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "io.gatehouse.launcher")
                .check(CLASSES);
    }

    @Test
    void nobodyReadsARequestInTheContainersWay() {
        noClasses()
                .should()
                .callMethodWhere(target(owner(assignableTo(ServletRequest.class)))
                        .and(target(nameMatching(
                                "getPathInfo|getPathTranslated|getServletPath|getParameter.*|getParts?|getReader"))))
                .because("there is one reading of a request, RequestTarget, and its body belongs to the upstream")
                .check(CLASSES);
    }

    @Test
    void onlyTheCommandLineEndsTheProcess() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.gatehouse.cli.Main")
                .should()
                .callMethod(System.class, "exit", int.class)
                .check(CLASSES);
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.gatehouse.cli.Main") // at the end of a stop by signal
                .should()
                .callMethodWhere(target(owner(assignableTo(Runtime.class))).and(target(nameMatching("exit|halt"))))
                .check(CLASSES);
    }

    @Test
    void nobodyPrintsAStackTrace() {
        noClasses()
                .should()
                .callMethodWhere(
                        target(owner(assignableTo(Throwable.class))).and(target(nameMatching("printStackTrace"))))
                .check(CLASSES);
    }

    @Test
    void onlyTheCommandLinePrints() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.gatehouse.cli", "io.gatehouse.launcher")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
    }

    @Test
    void timeIsJavaTime() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.gatehouse.cli.Certificates") // BouncyCastle's builder takes dates
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Calendar")
                .orShould()
                .callConstructorWhere(target(owner(assignableTo(java.util.Date.class))))
                .orShould()
                .callMethodWhere(
                        target(owner(assignableTo(java.util.Date.class))).and(target(nameMatching("from"))))
                .check(CLASSES);
    }

    @Test
    void logsGoThroughSlf4j() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.gatehouse.log")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.apache.commons.logging..", "ch.qos.logback..")
                .check(CLASSES);
    }

    /** A product is called by a lambda that a PluginCall runs; made and closed by ProductMaker; sinks by the audit thread. */
    @Test
    void productsAreCalledThroughPluginCallOnly() {
        classes()
                .that()
                .resideOutsideOfPackages("io.gatehouse.plugin", "io.gatehouse.spi")
                .and()
                .doNotHaveFullyQualifiedName("io.gatehouse.reload.ProductMaker")
                .and()
                .doNotHaveFullyQualifiedName("io.gatehouse.audit.SinkFeed")
                .should(callPluginsThroughPluginCall())
                .check(CLASSES);
    }

    /** A target asks its credential itself; one of a plugin's is guarded before a target gets it. */
    @Test
    void onlyATargetAsksForItsCredential() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.gatehouse.target.Target")
                .and()
                .doNotHaveFullyQualifiedName("io.gatehouse.reload.GuardedCredential")
                .should()
                .callMethodWhere(
                        target(owner(assignableTo(TargetCredential.class))).and(target(nameMatching("current"))))
                .check(CLASSES);
    }

    private static ArchCondition<JavaClass> callPluginsThroughPluginCall() {
        return new ArchCondition<>("call plugins through PluginCall") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                    boolean product =
                            PRODUCTS.stream().anyMatch(access.getTargetOwner()::isAssignableTo) && !isInherited(access);
                    boolean guarded = product && runsInPluginCall(access);
                    boolean factory = access.getTargetOwner().isAssignableTo(PluginFactory.class);
                    if (product && !guarded || factory) {
                        events.add(SimpleConditionEvent.violated(access, access.getDescription()));
                    }
                }
            }
        };
    }

    private static boolean isInherited(JavaAccess<?> access) {
        return access.getTarget().getName().matches("equals|hashCode|toString|getClass");
    }

    private static boolean runsInPluginCall(JavaAccess<?> access) {
        boolean deferred = access.isDeclaredInLambda()
                || access.getOrigin().getMethodReferencesFromSelf().contains(access);
        return deferred
                && access.getOrigin().getMethodCallsFromSelf().stream()
                        .anyMatch(call -> call.getTargetOwner().isEquivalentTo(PluginCall.class)
                                && call.getTarget().getName().equals("call"));
    }
}
