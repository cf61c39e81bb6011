package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/grafana/k6-operator/api/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// Reads one object as an API server does that is told to be strict: names of fields to the letter, none of them
// unknown, none twice.
func readStrict(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if bytes.Contains(text, []byte("\n---")) {
		return fmt.Errorf("%s: more than one document, of which only the first would be read here", path)
	}
	asJSON, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	strict, err := kjson.UnmarshalStrict(asJSON, into)
	if err := errors.Join(append(strict, err)...); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// A TestRun that the operator's types and its CRD both take.
func readTestRun(path, crdPath string) (*v1alpha1.TestRun, error) {
	run := &v1alpha1.TestRun{}
	if err := readStrict(path, run); err != nil {
		return nil, err
	}
	if run.APIVersion != v1alpha1.GroupVersion.String() || run.Kind != "TestRun" {
		return nil, fmt.Errorf("%s: %s %s is not %s TestRun", path, run.APIVersion, run.Kind, v1alpha1.GroupVersion)
	}
	plain := map[string]any{}
	if err := readStrict(path, &plain); err != nil {
		return nil, err
	}
	if err := holdAgainst(plain, crdPath); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return run, nil
}

// What an API server does with a custom resource: it validates, and would drop what the schema does not know.
func holdAgainst(object map[string]any, crdPath string) error {
	crd := &apiextensionsv1.CustomResourceDefinition{}
	text, err := os.ReadFile(crdPath)
	if err != nil {
		return err
	}
	if err := yaml.Unmarshal(text, crd); err != nil {
		return fmt.Errorf("%s: %w", crdPath, err)
	}
	for _, version := range crd.Spec.Versions {
		if version.Name != v1alpha1.GroupVersion.Version {
			continue
		}
		schema := &apiextensions.JSONSchemaProps{}
		if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(version.Schema.OpenAPIV3Schema, schema, nil); err != nil {
			return err
		}
		validator, _, err := validation.NewSchemaValidator(schema)
		if err != nil {
			return err
		}
		if err := validation.ValidateCustomResource(nil, object, validator).ToAggregate(); err != nil {
			return err
		}
		structural, err := structuralschema.NewStructural(schema)
		if err != nil {
			return err
		}
		dropped := pruning.PruneWithOptions(object, structural, true, structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
		if len(dropped) > 0 {
			return fmt.Errorf("the CRD does not know %v", dropped)
		}
		return nil
	}
	return fmt.Errorf("%s has no version %s", crdPath, v1alpha1.GroupVersion.Version)
}

func readClaim(path string) (*corev1.PersistentVolumeClaim, error) {
	claim := &corev1.PersistentVolumeClaim{}
	if err := readStrict(path, claim); err != nil {
		return nil, err
	}
	if claim.APIVersion != "v1" || claim.Kind != "PersistentVolumeClaim" {
		return nil, fmt.Errorf("%s: %s %s is not v1 PersistentVolumeClaim", path, claim.APIVersion, claim.Kind)
	}
	return claim, nil
}

// What no parser sees, and only a pod that never starts would tell.
func fitTogether(run *v1alpha1.TestRun, claim *corev1.PersistentVolumeClaim) error {
	runner := run.GetSpec().Runner
	known := map[string]bool{}
	for _, volume := range runner.Volumes {
		known[volume.Name] = true
		if from := volume.PersistentVolumeClaim; from != nil && from.ClaimName != claim.Name {
			return fmt.Errorf("volume %s wants the claim %s, but the claim is called %s", volume.Name, from.ClaimName, claim.Name)
		}
	}
	for _, mount := range runner.VolumeMounts {
		if !known[mount.Name] {
			return fmt.Errorf("there is no volume %s to be mounted at %s", mount.Name, mount.MountPath)
		}
	}
	for _, mode := range claim.Spec.AccessModes {
		if mode == corev1.ReadWriteMany {
			return nil
		}
	}
	return fmt.Errorf("%d runners write into the claim %s, which is not ReadWriteMany", run.GetSpec().Parallelism, claim.Name)
}
