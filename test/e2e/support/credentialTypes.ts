import type { WorkflowNode } from '../../n8n';

/** The type of credential that a node asks for. */
export function credentialTypeOf({ type, parameters }: WorkflowNode): string {
	if (type.startsWith('n8n-nodes-nano-banana-pro.')) return 'falApi';
	if (type.endsWith('.lmChatOpenAi')) return 'openAiApi';
	if (type.endsWith('.emailSend')) return 'smtp';
	if (type.endsWith('.googleSheets')) return 'googleSheetsOAuth2Api';
	if (type.endsWith('.googleSheetsTrigger')) return 'googleSheetsTriggerOAuth2Api';
	if (/\.googleDrive(Trigger)?$/.test(type)) return 'googleDriveOAuth2Api';
	if (/\.telegram(Trigger)?$/.test(type)) return 'telegramApi';
	if (parameters.authentication === 'headerAuth') return 'httpHeaderAuth';
	return String(parameters.nodeCredentialType);
}
