// Asks the code of the k6 operator what it would run for a TestRun, and prints that as JSON. Nothing is started here.
//
//	k6-operator plan <testrun.yaml> <samples.yaml> <crd.yaml> <network>    jobs; runners get the addresses <network>.1, .2, …
//	k6-operator inspect <parallelism>                                     reads what the initializer printed
//
// Exit 1, with the reason on stderr, where an API server or the operator would refuse.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/grafana/k6-operator/api/v1alpha1"
	"github.com/grafana/k6-operator/pkg/cloud"
	"github.com/grafana/k6-operator/pkg/resources/jobs"
	"github.com/grafana/k6-operator/pkg/types"
	batchv1 "k8s.io/api/batch/v1"
)

// Plan is everything that the operator makes of one TestRun, in the order in which it is run.
type Plan struct {
	Initializer *batchv1.Job   `json:"initializer"`
	Runners     []*batchv1.Job `json:"runners"`
	Starter     *batchv1.Job   `json:"starter"`
	// Where the starter asks; in a cluster those of the services.
	Addresses []string `json:"addresses"`
}

func main() {
	said, err := answer(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(said); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func answer(args []string) (any, error) {
	switch {
	case len(args) == 5 && args[0] == "plan":
		run, err := readTestRun(args[1], args[3])
		if err != nil {
			return nil, err
		}
		claim, err := readClaim(args[2])
		if err != nil {
			return nil, err
		}
		if err := fitTogether(run, claim); err != nil {
			return nil, err
		}
		return plan(run, args[4])
	case len(args) == 2 && args[0] == "inspect":
		return inspect(os.Stdin, args[1])
	default:
		return nil, errors.New("usage: k6-operator plan <testrun.yaml> <samples.yaml> <crd.yaml> <network> | inspect <parallelism>")
	}
}

// As controllers/k6_initialize.go, k6_create.go and k6_start.go do it, each of which reads the TestRun anew.
func plan(run *v1alpha1.TestRun, network string) (*Plan, error) {
	initializer, err := jobs.NewInitializerJob(run.DeepCopy(), types.ParseCLI(run.GetSpec().Arguments).ArchiveArgs)
	if err != nil {
		return nil, err
	}
	made := &Plan{Initializer: initializer}
	for index := 1; index <= int(run.GetSpec().Parallelism); index++ {
		runner, err := jobs.NewRunnerJob(run.DeepCopy(), index, "")
		if err != nil {
			return nil, err
		}
		made.Runners = append(made.Runners, runner)
		made.Addresses = append(made.Addresses, fmt.Sprintf("%s.%d", network, index))
	}
	made.Starter = jobs.NewStarterJob(run.DeepCopy(), made.Addresses)
	return made, nil
}

// Inspected is what the operator reads of it before it makes runners.
type Inspected struct {
	MaxVUs        uint64 `json:"maxVUs"`
	TotalDuration string `json:"totalDuration"`
}

// As inspectTestRun in controllers/common.go and RunValidations in k6_initialize.go: the whole log of the pod must be one JSON.
func inspect(log io.Reader, parallelism string) (*Inspected, error) {
	wanted, err := strconv.Atoi(parallelism)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(log)
	if err != nil {
		return nil, err
	}
	var said cloud.InspectOutput
	if err := json.Unmarshal(text, &said); err != nil {
		return nil, fmt.Errorf("the operator cannot read what the initializer printed (%w): %s", err, text)
	}
	if said.MaxVUs < uint64(wanted) {
		return nil, fmt.Errorf("%d users are fewer than the %d runners: the operator refuses", said.MaxVUs, wanted)
	}
	return &Inspected{said.MaxVUs, said.TotalDuration.String()}, nil
}
