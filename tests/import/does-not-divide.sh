# Made for the tests of qianka. SPDX-License-Identifier: Apache-2.0
torchrun --nproc_per_node 8 --nnodes 8 pretrain_gpt.py --num-layers 24 --hidden-size 4096 \
  --num-attention-heads 32 --seq-length 2048 --vocab-size 50257 --micro-batch-size 2 \
  --tensor-model-parallel-size 8 --pipeline-model-parallel-size 3 --global-batch-size 64 --bf16
