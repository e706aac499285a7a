import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EmulatorState } from '../emulator';
import { errorOf, runsOf, type ExecutionResult, type Workflow } from '../n8n';
import type { FalProcess } from './falProcess';
import { Meter, type Reading } from './meter';
import type { FreshN8n, N8nHome } from './n8nHome';
import { putImages } from './images';
import { measureBare } from './bareProcess';
import { timed, workflowOf, type InN8n } from './workflows';
import { boundOf, bytesOf, fetchOver, type Subject, type Workload } from './workloads';

/** One subject's run of one workload, as measured. Times in ms, memory in bytes. */
export interface Run extends Reading {
	time: number;
	/** from COMPLETED at fal to the result's fetch, of each request, less what the line alone takes */
	noticed: number[];
	statusCalls: number;
	uploads: number;
	uploadedBytes: number;
	orders: number;
	/** the most that waited at fal after the first minute, and after the minute in which its limit changed, over its slots */
	crowd: number;
}

export interface World {
	home: N8nHome;
	fal: FalProcess;
}

const LOOK_MS = 1_000;
/** Over the bound of a workload. */
const LONGEST_MS = 10 * 60_000;
const sleep = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

/** Seldom and small looks: they are work for n8n too. */
async function runToEnd(n8n: FreshN8n, workflowId: string, bound = 0): Promise<string> {
	const id = await n8n.api.runManually(workflowId, 'Start');
	for (
		const deadline = Date.now() + bound + LONGEST_MS;
		Date.now() < deadline;
		await sleep(LOOK_MS)
	) {
		const found = (await n8n.api.executions(workflowId)).find((one) => one.id === id);
		if (found && !['new', 'running', 'waiting'].includes(found.status)) return id;
	}
	throw new Error('The run did not end');
}

function timeOf(execution: ExecutionResult, subject: InN8n): number {
	const { from, images } = timed[subject];
	const last = runsOf(execution, images).map((run) => run.startTime + run.executionTime);
	return Math.max(...last) - (runsOf(execution, from)[0]?.startTime ?? 0);
}

/** A run that did not give all its images has no time. */
function checkImages(execution: ExecutionResult, subject: InN8n, workload: Workload): void {
	const error = errorOf(execution);
	if (error) throw new Error(`${subject}: ${error.message} ${error.description ?? ''}`);
	const items = runsOf(execution, timed[subject].images).flatMap(
		(run) => run.data?.main?.[0] ?? [],
	);
	const files = items.map(({ binary }) => binary?.data);
	const whole = files.filter((file) => file?.mimeType === 'image/png' && isWhole(file, workload));
	if (whole.length !== workload.items)
		throw new Error(`${subject}: ${whole.length} of ${workload.items} images came out whole`);
}

const isWhole = ({ bytes }: { bytes?: number }, workload: Workload) =>
	bytes === undefined || bytes >= bytesOf(workload) * 0.98;

/** How long a run may take to learn what an account takes. */
const LEARNING_MS = 60_000;

function crowdAt(jobs: EmulatorState['jobs'], { slots, later }: Workload): number {
	const start = Math.min(...jobs.map(({ submittedAt }) => submittedAt));
	const change = later ? start + later.after * 1_000 : Infinity;
	const isLearning = (at: number) =>
		at < start + LEARNING_MS || (at >= change && at < change + LEARNING_MS);
	const crowds = jobs.flatMap(({ submittedAt: at }) => {
		if (isLearning(at)) return [];
		const waiting = jobs.filter((job) => job.submittedAt <= at && (job.startedAt ?? at) > at);
		return waiting.length / (at < change ? slots : later!.slots);
	});
	return Math.max(0, ...crowds);
}

function falSide({ jobs, records, uploads }: EmulatorState, workload: Workload) {
	const uploaded = records.filter(({ stage }) => stage === 'upload' || stage === 'part');
	return {
		noticed: jobs.map(
			(job) => (job.resultFetchedAt[0] ?? Infinity) - (job.completedAt ?? 0) - fetchOver(workload),
		),
		statusCalls: records.filter(({ stage }) => stage === 'status' || stage === 'stream').length,
		uploads: uploads.length,
		uploadedBytes: uploaded.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0),
		orders: jobs.length,
		crowd: crowdAt(jobs, workload),
	};
}

async function save(n8n: FreshN8n, { home }: World, workflow: Workflow): Promise<string> {
	const { id = '', name = '' } = home.credential ?? {};
	const nodes = workflow.nodes.map((node) => {
		const wants = node.name === 'Edit' || node.parameters.nodeCredentialType === 'falApi';
		return wants ? { ...node, credentials: { falApi: { id, name } } } : node;
	});
	return (await n8n.api.createWorkflow({ ...workflow, nodes })).id;
}

async function measure(n8n: FreshN8n, world: World, subject: InN8n, workload: Workload) {
	const place = { folder: join(world.home.images, workload.name) };
	const warm = { ...place, folder: join(world.home.images, 'warm'), wait: 0 };
	// One image first: an n8n in use has its code loaded and compiled.
	await runToEnd(n8n, await save(n8n, world, workflowOf(subject, warm)));
	const workflowId = await save(n8n, world, workflowOf(subject, { ...place, wait: 5 }));
	await world.fal.prepare(workload);
	await sleep(LOOK_MS);
	const meter = new Meter(n8n.roots);
	const executionId = await runToEnd(n8n, workflowId, boundOf(workload)).finally(() =>
		meter.stop(),
	);
	const reading = meter.stop();
	const execution = await n8n.api.execution(executionId);
	checkImages(execution, subject, workload);
	return { ...reading, time: timeOf(execution, subject) };
}

async function measureInN8n(world: World, subject: InN8n, workload: Workload) {
	const n8n = await world.home.start(await world.fal.environmentFor(workload.line));
	try {
		return await measure(n8n, world, subject, workload);
	} finally {
		await n8n.stop();
	}
}

/** Runs a workload in a process of its own. */
export async function runSubject(world: World, subject: Subject, workload: Workload): Promise<Run> {
	await world.fal.warmUp(workload);
	try {
		const measured =
			subject === 'bare'
				? await measureBare(world, workload)
				: await measureInN8n(world, subject, workload);
		return { ...measured, ...falSide(await world.fal.state(), workload) };
	} finally {
		await world.fal.reset();
	}
}

/** The images of a workload lie there while its subjects run. */
export async function withImages<T>(
	{ home }: World,
	workload: Workload,
	work: () => Promise<T>,
): Promise<T> {
	await putImages(join(home.images, 'warm'), { ...workload, items: 1, megabytes: 0.2 });
	const folder = await putImages(join(home.images, workload.name), workload);
	try {
		return await work();
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
