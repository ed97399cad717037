package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// stopGrace is how long a process may take to end; a pod's own grace period
// is cut to it, so that tests need not wait for half a minute.
const stopGrace = 2 * time.Second

type kubelet struct {
	options
	client   kubernetes.Interface
	listener net.Listener

	mu   sync.Mutex
	pods map[types.NamespacedName]*runningPod
}

// runningPod is a pod bound to this node.
type runningPod struct {
	namespace, name string
	uid             types.UID
	started         metav1.Time
	dir             string
	procs           processes
	cancel          context.CancelFunc
	changes         chan struct{} // at most one, for the status reporter

	mu         sync.Mutex
	containers []*container // without the ephemeral ones
	ephemeral  []*container
	inits      []corev1.ContainerStatus
}

func newKubelet(client kubernetes.Interface, o options) *kubelet {
	return &kubelet{options: o, client: client, pods: map[types.NamespacedName]*runningPod{}}
}

// watchPods follows all pods: it is the scheduler, too.
func (k *kubelet) watchPods(ctx context.Context) {
	factory := informers.NewSharedInformerFactory(k.client, 0)
	informer := factory.Core().V1().Pods().Informer()
	informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(o any) { k.seen(ctx, o.(*corev1.Pod)) },
		UpdateFunc: func(_, o any) { k.seen(ctx, o.(*corev1.Pod)) },
		DeleteFunc: func(o any) {
			if gone, ok := o.(cache.DeletedFinalStateUnknown); ok {
				o = gone.Obj
			}
			if pod, ok := o.(*corev1.Pod); ok {
				go k.stop(pod)
			}
		},
	})
	factory.Start(ctx.Done())
	<-ctx.Done()
}

// seen runs for one event after the other, so whatever asks the API server
// goes its own way.
func (k *kubelet) seen(ctx context.Context, pod *corev1.Pod) {
	switch {
	case pod.Spec.NodeName == "" && pod.DeletionTimestamp == nil && pod.Spec.SchedulerName == corev1.DefaultSchedulerName:
		go k.bind(ctx, pod)
	case pod.Spec.NodeName != k.node:
	case pod.DeletionTimestamp != nil:
		go k.terminate(ctx, pod)
	case pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed:
	default:
		k.start(ctx, pod)
	}
}

func (k *kubelet) bind(ctx context.Context, pod *corev1.Pod) {
	binding := &corev1.Binding{
		ObjectMeta: metav1.ObjectMeta{Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID},
		Target:     corev1.ObjectReference{Kind: "Node", Name: k.node},
	}
	err := k.client.CoreV1().Pods(pod.Namespace).Bind(ctx, binding, metav1.CreateOptions{})
	if err != nil && !apierrors.IsConflict(err) && !apierrors.IsNotFound(err) {
		log.Printf("bind %s/%s: %v", pod.Namespace, pod.Name, err)
	}
}

// start starts a new pod, and the ephemeral containers that a known one got.
func (k *kubelet) start(ctx context.Context, pod *corev1.Pod) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key := types.NamespacedName{Namespace: pod.Namespace, Name: pod.Name}
	p := k.pods[key]
	if p == nil || p.uid != pod.UID {
		ctx, cancel := context.WithCancel(ctx)
		p = &runningPod{
			namespace: pod.Namespace, name: pod.Name, uid: pod.UID, started: now(),
			dir: filepath.Join(k.root, string(pod.UID)), cancel: cancel, changes: make(chan struct{}, 1),
		}
		k.pods[key] = p
		for _, c := range pod.Spec.InitContainers {
			p.inits = append(p.inits, completed(c, p.started))
		}
		for _, c := range pod.Spec.Containers {
			p.containers = append(p.containers, k.launch(ctx, p, pod, c, pod.Spec.RestartPolicy)...)
		}
		go k.report(ctx, p)
		p.changed()
	}
	for _, c := range pod.Spec.EphemeralContainers {
		if p.container(c.Name) == nil {
			launched := k.launch(ctx, p, pod, corev1.Container(c.EphemeralContainerCommon), corev1.RestartPolicyNever)
			p.mu.Lock()
			p.ephemeral = append(p.ephemeral, launched...)
			p.mu.Unlock()
		}
	}
}

func (k *kubelet) launch(ctx context.Context, p *runningPod, pod *corev1.Pod, spec corev1.Container, policy corev1.RestartPolicy) []*container {
	c, err := newContainer(pod, spec, policy, p.dir, k.tick)
	if err != nil {
		log.Printf("container %s of %s/%s: %v", spec.Name, p.namespace, p.name, err)
		return nil
	}
	go c.run(ctx, &p.procs, p.changed)
	return []*container{c}
}

// terminate ends the pod's processes, then lets the API server forget the pod.
func (k *kubelet) terminate(ctx context.Context, pod *corev1.Pod) {
	k.stop(pod)
	err := k.client.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, metav1.DeleteOptions{
		GracePeriodSeconds: new(int64), Preconditions: metav1.NewUIDPreconditions(string(pod.UID)),
	})
	if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) && ctx.Err() == nil {
		log.Printf("delete %s/%s: %v", pod.Namespace, pod.Name, err)
	}
}

func (k *kubelet) stop(pod *corev1.Pod) {
	k.mu.Lock()
	key := types.NamespacedName{Namespace: pod.Namespace, Name: pod.Name}
	p := k.pods[key]
	if p == nil || p.uid != pod.UID {
		k.mu.Unlock()
		return
	}
	delete(k.pods, key)
	k.mu.Unlock()
	p.stop()
}

func (k *kubelet) stopAll() {
	k.mu.Lock()
	defer k.mu.Unlock()
	var all sync.WaitGroup
	for _, p := range k.pods {
		all.Go(p.stop)
	}
	all.Wait()
}

func (k *kubelet) pod(namespace, name string) *runningPod {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.pods[types.NamespacedName{Namespace: namespace, Name: name}]
}

func (p *runningPod) stop() {
	p.cancel()
	p.procs.stop(stopGrace)
	os.RemoveAll(p.dir)
}

func (p *runningPod) container(name string) *container {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range append(append([]*container{}, p.containers...), p.ephemeral...) {
		if c.name == name {
			return c
		}
	}
	return nil
}

func (p *runningPod) changed() {
	select {
	case p.changes <- struct{}{}:
	default:
	}
}

// report writes the pod's status whenever it changed.
func (k *kubelet) report(ctx context.Context, p *runningPod) {
	for {
		select {
		case <-p.changes:
		case <-ctx.Done():
			return
		}
		patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"uid": p.uid}, "status": p.status(k.address)})
		if err == nil {
			_, err = k.client.CoreV1().Pods(p.namespace).Patch(ctx, p.name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, "status")
		}
		if err != nil && ctx.Err() == nil && !apierrors.IsNotFound(err) {
			log.Printf("status of %s/%s: %v", p.namespace, p.name, err)
			time.AfterFunc(500*time.Millisecond, p.changed)
		}
	}
}

func (p *runningPod) status(address string) corev1.PodStatus {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := corev1.PodStatus{
		HostIP: address, HostIPs: []corev1.HostIP{{IP: address}},
		PodIP: address, PodIPs: []corev1.PodIP{{IP: address}},
		StartTime: &p.started, InitContainerStatuses: p.inits,
	}
	allDone, failed, ready := true, false, corev1.ConditionTrue
	for _, c := range p.containers {
		done, code := c.outcome()
		allDone = allDone && done
		failed = failed || code != 0
		status := c.status(string(p.uid))
		if !status.Ready {
			ready = corev1.ConditionFalse
		}
		s.ContainerStatuses = append(s.ContainerStatuses, status)
	}
	for _, c := range p.ephemeral {
		s.EphemeralContainerStatuses = append(s.EphemeralContainerStatuses, c.status(string(p.uid)))
	}
	switch {
	case !allDone:
		s.Phase = corev1.PodRunning
	case failed:
		s.Phase = corev1.PodFailed
	default:
		s.Phase = corev1.PodSucceeded
	}
	for _, t := range []corev1.PodConditionType{corev1.PodScheduled, corev1.PodInitialized} {
		s.Conditions = append(s.Conditions, corev1.PodCondition{Type: t, Status: corev1.ConditionTrue, LastTransitionTime: p.started})
	}
	for _, t := range []corev1.PodConditionType{corev1.ContainersReady, corev1.PodReady} {
		s.Conditions = append(s.Conditions, corev1.PodCondition{Type: t, Status: ready, LastTransitionTime: now()})
	}
	return s
}

// completed is the status of an init container, none of which is ever run.
func completed(c corev1.Container, at metav1.Time) corev1.ContainerStatus {
	return corev1.ContainerStatus{
		Name: c.Name, Image: c.Image, ImageID: "local://none", ContainerID: fmt.Sprintf("local://init-%s", c.Name), Ready: true,
		State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed", StartedAt: at, FinishedAt: at}},
	}
}
