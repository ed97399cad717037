package main

import (
	"context"
	"fmt"
	"net"
	"runtime"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// version is set when linking.
var version = "v0.0.0"

// register creates the Node, or takes over the one of an earlier run.
func (k *kubelet) register(ctx context.Context) error {
	nodes := k.client.CoreV1().Nodes()
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{
		Name:   k.node,
		Labels: map[string]string{corev1.LabelHostname: k.node, corev1.LabelOSStable: runtime.GOOS, corev1.LabelArchStable: runtime.GOARCH},
	}}
	if _, err := nodes.Create(ctx, node, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("register node: %w", err)
	}
	node, err := nodes.Get(ctx, k.node, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("register node: %w", err)
	}
	node.Status = k.nodeStatus()
	if node, err = nodes.UpdateStatus(ctx, node, metav1.UpdateOptions{}); err != nil {
		return fmt.Errorf("report node: %w", err)
	}
	// Admission taints every new node as not ready; what would take that back
	// (the node lifecycle controller) expects heartbeats and is switched off.
	node.Spec.Taints = nil
	if _, err = nodes.Update(ctx, node, metav1.UpdateOptions{}); err != nil {
		return fmt.Errorf("untaint node: %w", err)
	}
	return nil
}

func (k *kubelet) nodeStatus() corev1.NodeStatus {
	room := corev1.ResourceList{
		corev1.ResourceCPU:    resource.MustParse("16"),
		corev1.ResourceMemory: resource.MustParse("64Gi"),
		corev1.ResourcePods:   resource.MustParse("500"),
	}
	now := metav1.Now().Rfc3339Copy()
	// There is no Hostname address: the API server would prefer it, and the
	// name resolves nowhere.
	return corev1.NodeStatus{
		Capacity:        room,
		Allocatable:     room,
		Addresses:       []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: k.address}},
		DaemonEndpoints: corev1.NodeDaemonEndpoints{KubeletEndpoint: corev1.DaemonEndpoint{Port: int32(k.listener.Addr().(*net.TCPAddr).Port)}},
		NodeInfo: corev1.NodeSystemInfo{
			KubeletVersion: version, OperatingSystem: runtime.GOOS, Architecture: runtime.GOARCH,
			OSImage: "local processes", ContainerRuntimeVersion: "local://0",
		},
		Conditions: []corev1.NodeCondition{{
			Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "KubeletReady",
			Message: "serves local processes", LastHeartbeatTime: now, LastTransitionTime: now,
		}},
	}
}
