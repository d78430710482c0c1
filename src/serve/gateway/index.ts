/** gateway/: the services as JSON over HTTP, under /v3/: POSTs of a request, lines of responses where there are many. */
export { Gateway, type GatewayReply, type GatewayRequest, isGatewayPath } from './gateway.ts';
